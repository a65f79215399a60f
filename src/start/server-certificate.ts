import { createPrivateKey, X509Certificate } from "node:crypto";
import { createSecureContext, type SecureContextOptions } from "node:tls";
import type { Config } from "../config/settings.ts";
import { KeymoorError } from "../errors.ts";
import { readPem } from "./read-pem.ts";

/** A certificate and its key, as their files hold them. */
export interface PemPair {
  readonly cert: string;
  readonly key: string;
}

/** A pair that fits. */
export interface ServerCertificate extends PemPair {
  readonly validFrom: Date;
  readonly validUntil: Date;
}

/** Undefined where no certificate is set. */
export async function readPemPair(config: Pick<Config, "tlsCert" | "tlsKey">): Promise<PemPair | undefined> {
  const [cert, key] = await Promise.all([
    readPem(config.tlsCert, "KEYMOOR_TLS_CERT"),
    readPem(config.tlsKey, "KEYMOOR_TLS_KEY"),
  ]);
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

export function judgeCertificate(pair: PemPair): ServerCertificate {
  try {
    createSecureContext(tlsOptions(pair));
    // Of a chain it reads the first certificate, which is the server's own (RFC 8446 4.4.2).
    const own = new X509Certificate(pair.cert);
    // Node would take an empty key for none.
    if (!own.checkPrivateKey(createPrivateKey(pair.key)))
      throw new Error("the key is of another certificate");
    return { ...pair, validFrom: parseDate(own.validFrom), validUntil: parseDate(own.validTo) };
  } catch (cause) {
    throw new KeymoorError(
      "cannot_start",
      "KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY are not a certificate and its key.",
      { hint: "Both are PEM files, the key without a passphrase.", cause },
    );
  }
}

function parseDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new Error("a date of the certificate cannot be read");
  return date;
}

/** TLS 1.0 and 1.1 are gone (RFC 8996), whatever a flag of Node's says. */
export function tlsOptions({ cert, key }: PemPair): SecureContextOptions {
  return { cert, key, minVersion: "TLSv1.2" };
}

const dayMs = 86_400_000;
const soonMs = 14 * dayMs;

/** What clients will say of its dates, or soon will; undefined when nothing is wrong with them. */
export function validityWarning(
  { validFrom, validUntil }: ServerCertificate,
  nowMs: number,
): string | undefined {
  const leftMs = validUntil.getTime() - nowMs;
  if (leftMs <= 0) return `The server's certificate expired on ${dayOf(validUntil)}: clients refuse it.`;
  if (validFrom.getTime() > nowMs)
    return `The server's certificate is not valid before ${dayOf(validFrom)}: clients refuse it until then.`;
  if (leftMs > soonMs) return undefined;
  const days = Math.floor(leftMs / dayMs);
  const left = days === 0 ? "less than a day" : days === 1 ? "1 day" : `${days} days`;
  return `The server's certificate expires on ${dayOf(validUntil)}, in ${left}.`;
}

function dayOf(date: Date): string {
  return date.toISOString().slice(0, "2026-10-01".length);
}
