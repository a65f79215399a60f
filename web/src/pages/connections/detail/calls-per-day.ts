import type { Usage } from "../../../../../src/client/usage.ts";

const dayMs = 86_400_000;
const dayCount = 30;

/** The last 30 days in UTC, as the server counts them, with those on which nobody called. */
export function callsPerDay(
  days: Usage["days"],
  now: Date,
): readonly { readonly day: string; readonly calls: number }[] {
  return Array.from({ length: dayCount }, (_, index) => {
    const day = new Date(now.getTime() - (dayCount - 1 - index) * dayMs).toISOString().slice(0, 10);
    const some = days.filter((one) => one.day === day);
    return { day, calls: some.reduce((sum, { calls }) => sum + calls, 0) };
  });
}
