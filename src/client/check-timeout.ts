/** A check takes up to six steps of five seconds, and may wait for others. */
export const checkTimeoutMs = 120_000;
