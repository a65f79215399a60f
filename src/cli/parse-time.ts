import { UsageError } from "./usage-error.ts";

const secondsOf = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** Times in RFC 3339, or a day in UTC, as the server takes them. */
const timeForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Seconds from now to a time to come: `30d`, `12h`, `45m`, `90s`, `2026-12-31` or `2026-12-31T12:00:00Z`. */
export function secondsUntil(flag: string, text: string): number {
  const seconds = span(text) ?? Math.floor((timeOf(flag, text).getTime() - Date.now()) / 1000);
  if (seconds >= 1) return seconds;
  throw new UsageError(`--${flag} is not in the future.`);
}

/** A time gone by, in RFC 3339; a span counts back from now. */
export function timeBefore(flag: string, text: string): string {
  const seconds = span(text);
  const time = seconds === undefined ? timeOf(flag, text) : new Date(Date.now() - seconds * 1000);
  return time.toISOString();
}

function span(text: string): number | undefined {
  const match = /^(\d{1,9})([smhd])$/.exec(text);
  if (match === null) return undefined;
  return Number(match[1]) * secondsOf[match[2] as keyof typeof secondsOf];
}

function timeOf(flag: string, text: string): Date {
  const time = new Date(timeForm.test(text) ? text : Number.NaN);
  if (!Number.isNaN(time.getTime())) return time;
  throw new UsageError(
    `--${flag} takes a span such as 30d, 12h or 45m, or a time such as 2026-12-31T12:00:00Z.`,
  );
}
