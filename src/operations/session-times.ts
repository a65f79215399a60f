import type { SessionRecord } from "../storage/records.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/**
 * Of an access token. Long, because the CLI asks a public host for the realm of an address whose token has expired
 * (contract/cli.md 1.4); its session is looked up at each request, so that it ends at once all the same.
 */
export const accessTokenMs = 12 * hourMs;
/** Fetched anew before every command (contract/cli.md 2). */
export const dataPlaneTokenMs = 15 * minuteMs;
/** However much it is used. */
export const clientSessionMs = 30 * dayMs;
export const consoleSessionMs = 7 * dayMs;
/** Without a request, a browser is taken for left. */
const consoleIdleMs = 8 * hourMs;
export const invitationMs = 7 * dayMs;
export const signInLinkMs = dayMs;
/** How exactly the last use is known. */
const seenMs = minuteMs;

export function hasEnded(session: SessionRecord, nowMs: number): boolean {
  return nowMs >= endsAtMs(session);
}

/** When it ends unless it is used before: an idle one sooner than its absolute end. */
export function endsAtMs({ kind, lastSeenAt, expiresAt }: SessionRecord): number {
  const absoluteMs = Date.parse(expiresAt);
  return kind === "console" ? Math.min(absoluteMs, Date.parse(lastSeenAt) + consoleIdleMs) : absoluteMs;
}

export function isSeenLongAgo({ lastSeenAt }: SessionRecord, nowMs: number): boolean {
  return nowMs - Date.parse(lastSeenAt) >= seenMs;
}
