const units = [
  { unit: "year", seconds: 31_557_600 },
  { unit: "month", seconds: 2_629_800 },
  { unit: "day", seconds: 86_400 },
  { unit: "hour", seconds: 3_600 },
  { unit: "minute", seconds: 60 },
] as const;

/** `3 minutes ago`, `in 2 days`; what is less than a minute away is `just now` or `in a moment`. */
export function relativeTime(at: Date, now: Date, style: "long" | "narrow" = "long"): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  const found = units.find((one) => Math.abs(seconds) >= one.seconds);
  if (found === undefined) return seconds > 0 ? "in a moment" : "just now";
  // Cut, not rounded: 59.9 minutes are not yet an hour.
  return new Intl.RelativeTimeFormat("en", { numeric: "always", style }).format(
    Math.trunc(seconds / found.seconds),
    found.unit,
  );
}

/** In the reader's zone, with the zone. */
export function exactTime(at: Date): string {
  return at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "long" });
}

/** `84 ms`, `1.2 s`. */
export function duration(ms: number): string {
  return ms < 1000 ? `${ms} ms` : `${(ms / 1000).toFixed(1)} s`;
}
