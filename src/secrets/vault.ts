import { createHmac, type KeyObject } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { type AccessTokens, createAccessTokens } from "./access-tokens.ts";
import { envelopeKeyId, openEnvelope, rewrapEnvelope, sealEnvelope } from "./envelope.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/** A value, or where to read it: then `mac` is a keyed hash of what was read, so that a change shows. */
export type SealedValue = { readonly value: Secret } | { readonly reference: string; readonly mac: string };

/**
 * What a credential is bound to. Sealed bytes moved to another connection or version do not open, and neither do those of a
 * connection whose endpoint was changed in the database: else whoever writes there could have the credential sent to himself.
 */
export interface Binding {
  readonly uid: string;
  readonly version: number;
  /** Everything else that says what it is for and where it goes, as texts in a fixed order. */
  readonly purpose: readonly string[];
}

/** What a key of the ring is for; each has its own, so that a MAC made for one never passes for another. */
export type RingPurpose =
  | "audit"
  | "api_key"
  | "use_token"
  | "page_token"
  | "reference"
  | "session"
  | "one_time_link"
  | "access_token";

export type RingKeys = Readonly<Record<RingPurpose, KeyObject>>;

export interface Vault {
  /** Id of the master key that seals now. */
  readonly keyId: string;
  seal(values: Readonly<Record<string, SealedValue>>, bind: Binding): Uint8Array;
  open(sealed: Uint8Array, bind: Binding): Readonly<Record<string, SealedValue>>;
  /** Whether the master key that seals now sealed it. */
  isCurrent(sealed: Uint8Array): boolean;
  /** The same credential under the master key that seals now, its values unopened. Throws when the binding is another. */
  rewrap(sealed: Uint8Array, bind: Binding): Uint8Array;
  /** Signed under the ring's key for them. */
  readonly accessTokens: AccessTokens;
  /** HMAC-SHA-256 under the ring's key of that purpose. */
  mac(purpose: RingPurpose, data: string | Uint8Array): Uint8Array;
}

export function createVault(wrapper: KeyWrapper, ringKeys: RingKeys): Vault {
  return {
    get keyId() {
      return wrapper.keyId;
    },
    seal(values, bind) {
      const plain = Buffer.from(JSON.stringify(toPlain(values)));
      try {
        return sealEnvelope(wrapper, plain, contextOf(bind));
      } finally {
        plain.fill(0);
      }
    },
    open(sealed, bind) {
      const plain = openOrExplain(wrapper, sealed, bind);
      try {
        return fromPlain(
          JSON.parse(Buffer.from(plain.buffer, plain.byteOffset, plain.length).toString("utf8")),
        );
      } finally {
        plain.fill(0);
      }
    },
    isCurrent: (sealed) => envelopeKeyId(sealed) === wrapper.keyId,
    accessTokens: createAccessTokens(ringKeys.access_token),
    rewrap: (sealed, bind) => rewrapEnvelope(wrapper, sealed, contextOf(bind)) ?? sealed,
    mac: (purpose, data) => createHmac("sha256", ringKeys[purpose]).update(data).digest(),
  };
}

function contextOf({ uid, version, purpose }: Binding): string {
  return `credential ${JSON.stringify([uid, version, purpose])}`;
}

function openOrExplain(wrapper: KeyWrapper, sealed: Uint8Array, bind: Binding): Uint8Array {
  try {
    return openEnvelope(wrapper, sealed, contextOf(bind));
  } catch (cause) {
    throw new KeymoorError("internal_error", "The sealed credential does not open.", {
      hint: "It, or the connection's endpoint, was changed in the database, or its master key is gone. Look at the endpoint; then drop and create the connection.",
      cause,
    });
  }
}

type Plain = Record<string, { value: string } | { reference: string; mac: string }>;

function toPlain(values: Readonly<Record<string, SealedValue>>): Plain {
  return Object.fromEntries(
    Object.entries(values).map(([name, sealed]) => [
      name,
      "value" in sealed ? { value: sealed.value.reveal() } : sealed,
    ]),
  );
}

/** What was sealed here and opens needs no second look at its shape. */
function fromPlain(plain: Plain): Readonly<Record<string, SealedValue>> {
  return Object.fromEntries(
    Object.entries(plain).map(([name, value]) => [
      name,
      "value" in value ? { value: new Secret(value.value) } : value,
    ]),
  );
}
