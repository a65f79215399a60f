export interface ClientErrorDetails {
  /** HTTP status of the answer; undefined when there was none. */
  readonly status?: number;
  /** The server's error code, e.g. `connection_not_found`. */
  readonly code?: string;
  readonly hint?: string;
  /** For the server's log. */
  readonly requestId?: string;
  /** JSON pointer to the field of the body that is at fault. */
  readonly pointer?: string;
  /** Place in a statement's text, both counted from 1. */
  readonly position?: { readonly line: number; readonly column: number };
}

/** `answered`: the server refused or failed, in its own words. `unreachable`: it did not answer, or something else did. */
export class ClientError extends Error {
  override readonly name = "ClientError";
  readonly kind: "answered" | "unreachable";
  readonly details: ClientErrorDetails;

  constructor(kind: ClientError["kind"], message: string, details: ClientErrorDetails = {}) {
    super(message);
    this.kind = kind;
    this.details = details;
  }
}
