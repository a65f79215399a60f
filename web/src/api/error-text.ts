import { ClientError } from "../../../src/client/client-error.ts";

export interface ErrorText {
  /** The server's own sentence. */
  readonly message: string;
  /** For the server's log. */
  readonly requestId?: string;
}

/** What a person is told of a failure: the one place where errors become words. */
export function errorText(error: unknown): ErrorText {
  if (error instanceof ClientError) {
    const { requestId } = error.details;
    return { message: error.message, ...(requestId !== undefined && { requestId }) };
  }
  return {
    message: "The console failed at this. Reload the page; if it comes again, it is a fault of ours.",
  };
}
