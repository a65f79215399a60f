const minuteMs = 60_000;

/** What is planned is never due later than this, a day and its jitter included. */
const longestWaitMs = 27 * 60 * minuteMs;
/** A server's claim is a minute; clocks of servers that share a database may differ a little. */
const longestClaimMs = 5 * minuteMs;

/** Times behind these were written by a clock that ran ahead. What bears one is due, or nobody would look at it for years. */
export interface LatestTimes {
  readonly latestDue: string;
  readonly latestClaim: string;
}

export function latestTimes(at: string): LatestTimes {
  const after = (ms: number) => new Date(Date.parse(at) + ms).toISOString();
  return { latestDue: after(longestWaitMs), latestClaim: after(longestClaimMs) };
}
