export interface UsageErrorDetails {
  /** What to do instead: one line each. */
  readonly hint?: string;
  /** Text on how the command is used, printed below the error. */
  readonly usage?: string;
}

/** The command line itself is wrong. Exit code `usage`; the message never repeats a flag's value, which may be a secret. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  readonly details: UsageErrorDetails;

  constructor(message: string, details: UsageErrorDetails = {}) {
    super(message);
    this.details = details;
  }
}
