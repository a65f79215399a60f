import type { DetailedPeerCertificate, TLSSocket } from "node:tls";
import { certificateFault } from "../upstream-error.ts";
import type { Place } from "./place.ts";

/** The service's own certificate first. */
export function chainOf(tlsSocket: TLSSocket): readonly DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = [];
  let next: DetailedPeerCertificate | undefined = tlsSocket.getPeerCertificate(true);
  // The last one is its own issuer.
  while (next?.valid_to !== undefined && !chain.includes(next)) {
    chain.push(next);
    next = next.issuerCertificate;
  }
  return chain;
}

/** What is wrong, by OpenSSL's code. */
export function certificateDetail(
  code: string,
  chain: readonly DetailedPeerCertificate[],
  { host }: Place,
): string {
  if (code === "CERT_HAS_EXPIRED") {
    const expired = firstToExpire(chain, undefined);
    return `Certificate expired${expired === undefined ? "" : ` on ${day(expired)}`}: ${host}`;
  }
  const { what, hint } = certificateFault(code) ?? { what: "certificate is not trusted" };
  const phrase = `${what.charAt(0).toUpperCase()}${what.slice(1)}: ${host}`;
  return hint === undefined ? phrase : `${phrase}. ${hint}`;
}

/**
 * Undefined where no date can be read: a chain is sent by the service, and dates in it need not be any. `after`: what expired
 * before is no part of the chain that was verified. Servers send such certificates along for old clients, cross-signed by an
 * authority that is gone.
 */
export function firstToExpire(
  chain: readonly DetailedPeerCertificate[],
  after: Date | undefined,
): Date | undefined {
  const times = chain
    .map(({ valid_to }) => Date.parse(valid_to))
    .filter((time) => !Number.isNaN(time) && (after === undefined || time > after.getTime()));
  return times.length === 0 ? undefined : new Date(Math.min(...times));
}

export function validityText(expiresAt: Date): string {
  const days = Math.floor((expiresAt.getTime() - Date.now()) / 86_400_000);
  return `Certificate valid until ${day(expiresAt)} (${days === 1 ? "1 day" : `${days} days`})`;
}

function day(date: Date): string {
  return date.toISOString().slice(0, "2026-10-01".length);
}
