/** Sizes and times of design 9, in one place so that tests can shorten them. */
export interface EgressLimits {
  /** Name look-up, TCP and TLS together. */
  readonly connectTimeoutMs: number;
  /** Longest silence of a service, before its answer and within it. */
  readonly idleTimeoutMs: number;
  /** A token endpoint's whole answer. */
  readonly tokenTimeoutMs: number;
  /** A public document, such as an issuer's keys: whoever shows a token waits for it. */
  readonly documentTimeoutMs: number;
  /** SigV4 needs the hash of the body before its first byte. */
  readonly signedBodyBytes: number;
  /** Kept for one more try after a 401. */
  readonly retryBodyBytes: number;
  /** A body of known length up to this is sent in one piece, which costs less than a stream. */
  readonly smallBodyBytes: number;
  /** Each step of a check. */
  readonly checkStepTimeoutMs: number;
  /** All steps of a check, however many hosts it has to try. Below the minute that a claim of a planned one lasts. */
  readonly checkTimeoutMs: number;
}

export const defaultLimits: EgressLimits = {
  connectTimeoutMs: 10_000,
  idleTimeoutMs: 300_000,
  tokenTimeoutMs: 30_000,
  documentTimeoutMs: 5000,
  signedBodyBytes: 25 * 1024 * 1024,
  retryBodyBytes: 1024 * 1024,
  smallBodyBytes: 64 * 1024,
  checkStepTimeoutMs: 5000,
  checkTimeoutMs: 45_000,
};
