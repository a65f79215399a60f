import { createPublicKey } from "node:crypto";
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from "jose";
import { isLoopbackHost } from "../config/loopback.ts";
import type { Egress } from "../egress/egress.ts";
import { KeymoorError } from "../errors.ts";
import type { IdentityPoolRecord } from "../storage/records.ts";

/** Where the keys of an issuer come from. */
export type KeySource = Pick<IdentityPoolRecord, "issuer" | "jwksUri">;

export interface IssuerKeySet {
  readonly find: JWTVerifyGetKey;
  readonly fetchedAtMs: number;
}

/** What of a source is in memory, to show to who set it up. */
export interface KeySourceState {
  readonly fetchedAtMs: number | undefined;
  /** Why the last attempt gave no keys; undefined when it did, or when there was none. */
  readonly problem: string | undefined;
}

const minuteMs = 60_000;
const freshMs = 10 * minuteMs;
/** An issuer that is away issues nothing, and what it issued before seldom lives longer than this. */
const longestOutageMs = 60 * minuteMs;
/** A token can name a key that is not there; only so often does that ask the issuer again. */
const unknownKeyPauseMs = minuteMs;
const failurePauseMs = 10_000;
/** Pools are made by administrators, so that there are few; those of pools that are gone make room. */
const mostSources = 1000;
const mostKeys = 100;
/** RFC 7518 3.3 has the least; beyond the most, whoever sends a token would cost too much. */
const rsaBits = { least: 2048, most: 8192 };

interface Entry {
  keys: IssuerKeySet | undefined;
  problem: KeymoorError | undefined;
  triedAtMs: number;
  /** The fetch under way, shared by all who wait. */
  pending: Promise<void> | undefined;
}

/** Public keys of external issuers, in memory. However many tokens come, an issuer is asked by one request at a time. */
export class IssuerKeys {
  readonly #fetchJson: Egress["fetchJson"];
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(fetchJson: Egress["fetchJson"], nowMs: () => number) {
    this.#fetchJson = fetchJson;
    this.#nowMs = nowMs;
  }

  /** Keys that are at most ten minutes old; older ones, up to an hour, when the issuer cannot be reached. */
  async keys(source: KeySource): Promise<IssuerKeySet> {
    const entry = this.#entry(source);
    const ageMs = this.#nowMs() - (entry.keys?.fetchedAtMs ?? Number.NEGATIVE_INFINITY);
    const isDue = entry.problem === undefined || this.#nowMs() - entry.triedAtMs >= failurePauseMs;
    if (ageMs >= freshMs && (isDue || entry.pending !== undefined)) await this.#refresh(entry, source);
    const { keys, problem } = entry;
    if (keys !== undefined && this.#nowMs() - keys.fetchedAtMs < longestOutageMs) return keys;
    throw problem ?? new Error("a fetch ends with keys or with a problem");
  }

  /** Newer keys than these, for a token whose key is not among them; undefined when it is too early to ask for any. */
  async newerKeys(source: KeySource, keys: IssuerKeySet): Promise<IssuerKeySet | undefined> {
    const entry = this.#entry(source);
    const isDue = this.#nowMs() - entry.triedAtMs >= unknownKeyPauseMs;
    if (entry.keys === keys && (isDue || entry.pending !== undefined)) await this.#refresh(entry, source);
    return entry.keys === keys ? undefined : entry.keys;
  }

  state(source: KeySource): KeySourceState {
    const entry = this.#entries.get(keyOf(source));
    return { fetchedAtMs: entry?.keys?.fetchedAtMs, problem: entry?.problem?.sentence };
  }

  #refresh(entry: Entry, source: KeySource): Promise<void> {
    entry.pending ??= this.#fetch(entry, source).finally(() => {
      entry.pending = undefined;
    });
    return entry.pending;
  }

  async #fetch(entry: Entry, source: KeySource): Promise<void> {
    entry.triedAtMs = this.#nowMs();
    try {
      const document = await this.#read(await this.#keysUrl(source), "key set");
      entry.keys = { find: createLocalJWKSet({ keys: publicKeys(document) }), fetchedAtMs: this.#nowMs() };
      entry.problem = undefined;
    } catch (error) {
      if (!(error instanceof KeymoorError)) throw error;
      entry.problem = error;
    }
  }

  /** OpenID Connect Discovery 1.0, 4: the document of an issuer says where its keys are, and repeats its name. */
  async #keysUrl({ issuer, jwksUri }: KeySource): Promise<URL> {
    if (jwksUri !== null) return new URL(jwksUri);
    const url = new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`);
    const document = await this.#read(url, "discovery document");
    if (document.issuer !== issuer)
      throw unusable(`The discovery document of the issuer names another issuer: ${url.host}.`);
    const keysUrl = document.jwks_uri;
    if (typeof keysUrl !== "string" || !isTrustworthyUrl(keysUrl)) {
      throw unusable(`The discovery document of the issuer names no https address of its keys: ${url.host}.`);
    }
    return new URL(keysUrl);
  }

  async #read(url: URL, what: string): Promise<Readonly<Record<string, unknown>>> {
    const { status, body } = await this.#fetchJson(url);
    if (status !== 200)
      throw unusable(`The ${what} of the issuer was answered with status ${status}: ${url.host}.`);
    if (body === undefined)
      throw unusable(`The ${what} of the issuer is no JSON object, or larger than 256 KiB: ${url.host}.`);
    return body;
  }

  #entry(source: KeySource): Entry {
    const key = keyOf(source);
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const oldest = this.#entries.keys().next();
    if (this.#entries.size >= mostSources && oldest.done !== true) this.#entries.delete(oldest.value);
    const entry: Entry = { keys: undefined, problem: undefined, triedAtMs: 0, pending: undefined };
    this.#entries.set(key, entry);
    return entry;
  }
}

/**
 * Whether nobody on the way can put keys of his own in place of what is fetched from it: https, or this very machine. User
 * info, which would be a credential, has no place in it.
 */
export function isTrustworthyUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, hash } = new URL(text);
  if (username !== "" || password !== "" || hash !== "") return false;
  return protocol === "https:" || (protocol === "http:" && isLoopbackHost(hostname.replace(/^\[|\]$/g, "")));
}

function keyOf({ issuer, jwksUri }: KeySource): string {
  return JSON.stringify([issuer, jwksUri]);
}

/** The public members of a key (RFC 7518 6, RFC 8037), and nothing else of what the issuer sent. */
const textMembers = ["kty", "kid", "alg", "use", "crv", "n", "e", "x", "y"] as const;

function publicKeys(document: Readonly<Record<string, unknown>>): JWK[] {
  const { keys } = document;
  if (!Array.isArray(keys)) throw unusable("The key set of the issuer has no list of keys.");
  if (keys.length > mostKeys) throw unusable(`The key set of the issuer has more than ${mostKeys} keys.`);
  return keys.flatMap((key: unknown) => publicKey(key) ?? []);
}

function publicKey(key: unknown): JWK | undefined {
  if (typeof key !== "object" || key === null) return undefined;
  const members = new Map<string, unknown>(Object.entries(key));
  const text = textMembers.flatMap((name) => {
    const value = members.get(name);
    return typeof value === "string" ? [[name, value] as const] : [];
  });
  const { kty, ...rest }: Partial<JWK> = Object.fromEntries(text);
  const known: JWK | undefined = kty === undefined ? undefined : { ...rest, kty };
  return known !== undefined && isUsable(known) ? known : undefined;
}

/** A key that cannot be used is as good as not published; the issuer's other keys are none the worse for it. */
function isUsable(key: JWK): boolean {
  try {
    const { asymmetricKeyDetails } = createPublicKey({ key, format: "jwk" });
    const bits = asymmetricKeyDetails?.modulusLength;
    return bits === undefined || (bits >= rsaBits.least && bits <= rsaBits.most);
  } catch {
    return false; // what is wrong with it only its issuer could mend
  }
}

/** Never an answer: whoever showed the token is told 401, and whoever made the pool reads this sentence there. */
function unusable(message: string): KeymoorError {
  return new KeymoorError("upstream_unreachable", message);
}
