import { type ExitCode, exitCodes } from "./exit-codes.ts";

export interface CommandFailureDetails {
  /** What to do next: one line each. */
  readonly hint?: string;
  readonly exitCode?: ExitCode;
}

/** A command that could not do what it was asked, in the command line's own words. */
export class CommandFailure extends Error {
  override readonly name = "CommandFailure";
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(message: string, { hint, exitCode = exitCodes.failed.code }: CommandFailureDetails = {}) {
    super(message);
    this.hint = hint;
    this.exitCode = exitCode;
  }
}
