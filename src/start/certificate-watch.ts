import { KeymoorError } from "../errors.ts";
import type { Log } from "../log.ts";
import {
  judgeCertificate,
  type PemPair,
  type ServerCertificate,
  validityWarning,
} from "./server-certificate.ts";

export interface CertificateWatchOptions {
  /** Reads both files anew. */
  readonly read: () => Promise<PemPair | undefined>;
  /** Puts a new certificate to use, for connections that are made from now on. */
  readonly renew: (certificate: ServerCertificate) => void;
  readonly log: Pick<Log, "info" | "warn">;
  readonly nowMs?: () => number;
}

const lookEveryMs = 1_000;
const remindEveryMs = 86_400_000;

/**
 * Takes up a certificate when its files change. It looks at what they hold: a renewal may replace the files, the folder or a
 * link far above them, as Kubernetes does, and not every file system tells of changes.
 */
export class CertificateWatch {
  readonly #options: CertificateWatchOptions;
  readonly #nowMs: () => number;
  #current: ServerCertificate;
  /** What was found at the last look, when it was not what is in use. */
  #found: string | undefined;
  #refused: string | undefined;
  #remindAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(current: ServerCertificate, options: CertificateWatchOptions) {
    this.#current = current;
    this.#options = options;
    this.#nowMs = options.nowMs ?? Date.now;
  }

  start(): void {
    this.#remind();
    this.#lookLater();
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #lookLater(): void {
    this.#timer = setTimeout(() => {
      void this.look().finally(() => {
        if (!this.#isStopped) this.#lookLater();
      });
    }, lookEveryMs).unref();
  }

  /** One look at the files. */
  async look(): Promise<void> {
    const found = await this.#read();
    if (this.#isStopped) return;
    this.#judge(found);
    this.#remind();
  }

  /** A failure is a finding too: one that stays is told once. */
  async #read(): Promise<PemPair | KeymoorError> {
    try {
      return (await this.#options.read()) ?? this.#current;
    } catch (error) {
      if (error instanceof KeymoorError) return error;
      throw error;
    }
  }

  #judge(found: PemPair | KeymoorError): void {
    const before = this.#found;
    this.#found = textOf(found);
    if (this.#found === textOf(this.#current)) {
      this.#refused = undefined;
      return;
    }
    // Two files cannot change at one moment, and one is not written at one: what is final is there at the next look too.
    if (this.#found !== before || this.#found === this.#refused) return;
    try {
      if (found instanceof KeymoorError) throw found;
      const certificate = judgeCertificate(found);
      this.#options.renew(certificate);
      this.#current = certificate;
      this.#refused = undefined;
      this.#remindAtMs = 0;
      this.#options.log.info(
        { validUntil: certificate.validUntil.toISOString() },
        "The server's certificate was renewed.",
      );
    } catch (error) {
      if (!(error instanceof KeymoorError)) throw error;
      this.#refused = this.#found;
      this.#options.log.warn(`${error.message} The certificate before stays in use.`);
    }
  }

  #remind(): void {
    const nowMs = this.#nowMs();
    const warning = nowMs < this.#remindAtMs ? undefined : validityWarning(this.#current, nowMs);
    if (warning === undefined) return;
    this.#remindAtMs = nowMs + remindEveryMs;
    this.#options.log.warn(warning);
  }
}

function textOf(found: PemPair | KeymoorError): string {
  return found instanceof KeymoorError ? found.message : `${found.cert}\n${found.key}`;
}
