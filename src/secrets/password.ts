import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";

/** Hashes passwords, few at a time, since each takes 32 MiB and a good part of a second. */
export interface Passwords {
  /** A PHC string: `$scrypt$ln=15,r=8,p=3$salt$hash`. */
  hash(password: Secret): Promise<string>;
  /**
   * Takes as long when there is nothing to compare with, so that the answer does not say whether the user exists. `address` is
   * where the attempt came from.
   */
  verify(password: Secret, hash: string | undefined, address?: string): Promise<boolean>;
}

/** OWASP Password Storage Cheat Sheet, scrypt: N=2^15, r=8, p=3. */
const cost: Cost = { ln: 15, r: 8, p: 3 };
const saltBytes = 16;
const hashBytes = 32;

/**
 * `maxWaiting` bounds the queue: beyond it an attempt is refused rather than kept. `maxWaitingOfOne` is what of it one address may
 * take, so that a stranger does not keep everybody else from signing in.
 */
export function createPasswords({
  atOnce = 2,
  maxWaiting = 32,
  maxWaitingOfOne = 8,
  strength = cost,
} = {}): Passwords {
  const queue = createQueue(atOnce, maxWaiting, maxWaitingOfOne);
  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const hash = await queue(() => derive(password, salt, hashBytes, strength));
      const { ln, r, p } = strength;
      return `$scrypt$ln=${ln},r=${r},p=${p}$${unpadded(salt)}$${unpadded(hash)}`;
    },
    async verify(password, stored, address) {
      const parsed = stored === undefined ? undefined : parse(stored);
      const {
        salt,
        hash,
        with: used,
      } = parsed ?? {
        salt: randomBytes(saltBytes),
        hash: Buffer.alloc(hashBytes),
        with: strength,
      };
      const derived = await queue(() => derive(password, salt, hash.length, used), address);
      return timingSafeEqual(derived, hash) && parsed !== undefined;
    },
  };
}

interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: Secret, salt: Uint8Array, length: number, { ln, r, p }: Cost): Promise<Buffer> {
  const N = 2 ** ln;
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    // NFKC: the same password typed on another keyboard (NIST SP 800-63B, 5.1.1.2).
    scrypt(password.reveal().normalize("NFKC"), salt, length, options, (error, hash) => {
      if (error === null) resolve(hash);
      else reject(error);
    });
  });
}

/** The hash comes from our own database; one of another form, or of an absurd cost, is refused like a wrong password. */
function parse(stored: string): { salt: Buffer; hash: Buffer; with: Cost } | undefined {
  const match = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(
    stored,
  );
  const [, ln, r, p, salt, hash] = match ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  const used = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (used.ln < 1 || used.ln > 20 || used.r < 1 || used.r > 16 || used.p < 1 || used.p > 16) return undefined;
  return { salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64"), with: used };
}

/** The PHC string format has base64 without padding: https://github.com/P-H-C/phc-string-format */
function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

function createQueue(atOnce: number, maxWaiting: number, maxWaitingOfOne: number) {
  let running = 0;
  const waiting: { readonly address: string | undefined; readonly start: () => void }[] = [];
  const isFullFor = (address: string | undefined) =>
    waiting.length >= maxWaiting ||
    (address !== undefined && waiting.filter((one) => one.address === address).length >= maxWaitingOfOne);
  return async <Result>(task: () => Promise<Result>, address?: string): Promise<Result> => {
    if (running >= atOnce) {
      if (isFullFor(address)) {
        throw new KeymoorError("too_many_attempts", "Too many people are signing in at this moment.", {
          hint: "Try again in a few seconds.",
          retryAfterSeconds: 5,
        });
      }
      await new Promise<void>((start) => waiting.push({ address, start }));
    } else running += 1;
    try {
      return await task();
    } finally {
      // The place goes to the next in line, so that nobody slips in between.
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next.start();
    }
  };
}
