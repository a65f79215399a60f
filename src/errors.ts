/**
 * Every failure a user can meet. Codes are forever; retired ones stay, marked. The codes that Confluent's
 * OpenAPI gives as samples keep its words (contract: flink-gateway/v1 `Error`). `meaning` is for docs/errors.md.
 */
export const errorTable = {
  // Who is asking
  user_unauthenticated: {
    status: 401,
    title: "Not authenticated",
    meaning:
      "The request carries no credential, or one that is wrong, expired, revoked, or belongs to another environment or region.",
  },
  user_unauthorized: {
    status: 403,
    title: "Not allowed",
    meaning:
      "The credential is right, but the caller has no role that allows this here. An environment that does not exist is answered alike.",
  },
  too_many_attempts: {
    status: 429,
    title: "Too many failed attempts",
    meaning:
      "One address failed too often with one key, where a right secret always passes, or with one user's password, where even a right one waits. Or a plan compared a connection's credential with too many others. `Retry-After` says when to try again.",
  },
  too_many_checks: {
    status: 429,
    title: "Too many checks",
    meaning:
      "A credential that its service has refused is shown to it no more than once a minute, or the caller asked for more checks than one may. `Retry-After` says when to try again.",
  },

  // What was asked
  malformed_body: {
    status: 400,
    title: "Body is not JSON",
    meaning: "The body could not be read as JSON.",
  },
  request_too_large: {
    status: 400,
    title: "Request too large",
    meaning: "The JSON body is larger than 1 MiB.",
  },
  unsupported_media_type: {
    status: 400,
    title: "Media type not supported",
    meaning: "The body's `Content-Type` is not one that this path takes.",
  },
  invalid_request: {
    status: 400,
    title: "Request not valid",
    meaning: "A parameter, header or field is missing or not valid; the message names it.",
  },
  unknown_field: {
    status: 400,
    title: "Unknown field",
    meaning: "The body has a field that is not known here; the message names the nearest one that is.",
  },
  contradiction: {
    status: 400,
    title: "Body contradicts the path",
    meaning: "A field of the body says something else than the path or the stored object.",
  },
  invalid_filter: {
    status: 400,
    title: "Filter not valid",
    meaning: "A filter of a list is not valid.",
  },
  invalid_page_token: {
    status: 400,
    title: "Page token not valid",
    meaning: "The page token was made for another list, another filter or another server, or is not one.",
  },
  unsupported_grant_type: {
    status: 400,
    title: "Grant type not supported",
    meaning: "The token endpoint exchanges tokens and does nothing else.",
  },
  route_not_found: {
    status: 404,
    title: "No such path",
    meaning: "Nothing stands at this path.",
  },
  method_not_allowed: {
    status: 405,
    title: "Method not allowed",
    meaning: "The path exists, but does not take this method. `Allow` lists those it takes.",
  },

  // Connections
  connection_not_found: {
    status: 404,
    title: "Connection not found",
    meaning: "No connection of this name stands in this environment and region.",
  },
  resource_already_exists: {
    status: 409,
    title: "Name already taken",
    meaning: "Something of this name stands in this environment and region already.",
  },
  resource_version_conflict: {
    status: 409,
    title: "Changed by someone else",
    meaning: "The object changed since it was read. Read it again and repeat the change.",
  },
  invalid_name: {
    status: 400,
    title: "Name not valid",
    meaning: "The name breaks the rule for names; the message says which.",
  },
  unknown_connection_type: {
    status: 400,
    title: "Unknown connection type",
    meaning: "The type is not one of the catalogue; the message names the nearest one that is.",
  },
  option_unknown: {
    status: 400,
    title: "Unknown option",
    meaning: "No connection type has this option; the message names the nearest one that exists.",
  },
  option_not_accepted: {
    status: 400,
    title: "Option not accepted",
    meaning: "The option exists, but not for this type or this way to authenticate.",
  },
  option_missing: {
    status: 400,
    title: "Option missing",
    meaning: "An option that this type or way to authenticate needs is absent or empty.",
  },
  option_value_invalid: {
    status: 400,
    title: "Option value not valid",
    meaning: "The value of the named option is not one it takes. The value itself is never repeated.",
  },
  option_twice: {
    status: 400,
    title: "Option given twice",
    meaning: "One option was given twice.",
  },
  auth_method_ambiguous: {
    status: 400,
    title: "Two ways to authenticate",
    meaning: "The options belong to two ways to authenticate; give those of one.",
  },
  secret_too_long: {
    status: 400,
    title: "Secret too long",
    meaning: "A secret is longer than 4000 bytes in UTF-8.",
  },
  secret_is_mask: {
    status: 400,
    title: "Mask sent as a secret",
    meaning:
      "A mask such as `<REDACTED>` was sent as a secret. Send the secret itself, or leave the field out.",
  },
  secret_must_be_repeated: {
    status: 400,
    title: "Secrets must be given again",
    meaning:
      "The change redirects where secrets travel, so every secret of that way to authenticate must come with it.",
  },
  secret_reference_invalid: {
    status: 400,
    title: "Secret reference not usable",
    meaning: "A reference to a file or an environment variable names nothing that this server may read.",
  },
  endpoint_invalid: {
    status: 400,
    title: "Endpoint not valid",
    meaning: "The endpoint is not a URL that this type takes.",
  },
  endpoint_carries_credentials: {
    status: 400,
    title: "Endpoint carries credentials",
    meaning: "The endpoint contains a credential. Give it as an option, where it is sealed.",
  },
  immutable_field: {
    status: 400,
    title: "Field cannot be changed",
    meaning: "Name, type and endpoint of a connection never change. Create another one, or replace it.",
  },
  credential_version_not_found: {
    status: 404,
    title: "Credential version not found",
    meaning: "This version of the credential does not exist, or is no longer kept.",
  },
  verification_failed: {
    status: 422,
    title: "Verification failed",
    meaning:
      "The request asked to be saved only if a check passed (`if=verified`), and it did not; the message says what was found. Nothing was changed.",
  },

  // Statements
  statement_already_exists: {
    status: 409,
    title: "Statement name already taken",
    meaning: "A statement of this name stands in this environment already.",
  },
  statement_not_found: {
    status: 404,
    title: "Statement not found",
    meaning: "No statement of this name stands in this environment.",
  },
  sql_syntax: {
    status: 400,
    title: "Statement not understood",
    meaning: "The statement could not be parsed; the message gives line and column.",
  },
  sql_not_supported: {
    status: 400,
    title: "Statement not supported",
    meaning: "The statement was understood, but Keymoor does not do this; the message says why.",
  },
  statement_too_long: {
    status: 400,
    title: "Statement too long",
    meaning: "The text of the statement is longer than this server takes.",
  },
  no_engine: {
    status: 400,
    title: "No engine attached",
    meaning:
      "The statement needs an engine, and none is attached. It is kept as FAILED, with this as its exception and as the code of its audit event. Never an answer to a request.",
  },

  // Access
  organization_not_found: {
    status: 404,
    title: "Organization not found",
    meaning:
      "The organization is not the server's own. Only paths of the control plane answer so; below `/sql` it is `user_unauthorized`.",
  },
  environment_not_found: {
    status: 404,
    title: "Environment not found",
    meaning:
      "The environment does not exist, or the caller has no role in it. Only paths of the control plane answer so; below `/sql` it is `user_unauthorized`.",
  },
  compute_pool_not_found: {
    status: 404,
    title: "Compute pool not found",
    meaning: "No compute pool of this id stands in this environment.",
  },
  principal_not_found: {
    status: 404,
    title: "User or service account not found",
    meaning: "No user or service account of this id exists, or the caller may not see it.",
  },
  api_key_not_found: {
    status: 404,
    title: "API key not found",
    meaning: "No API key of this id exists, or the caller may not see it.",
  },
  role_not_found: {
    status: 404,
    title: "Role not found",
    meaning: "The role catalogue has no role of this name.",
  },
  role_binding_not_found: {
    status: 404,
    title: "Role binding not found",
    meaning: "No role binding of this id exists, or the caller may not see it.",
  },
  identity_pool_not_found: {
    status: 404,
    title: "Identity pool not found",
    meaning: "No identity pool of this id exists.",
  },
  environment_not_empty: {
    status: 400,
    title: "Environment cannot be deleted",
    meaning: "The environment holds connections, or is the only one of the server.",
  },
  last_administrator: {
    status: 400,
    title: "Last administrator",
    meaning:
      "Nobody would be left who is OrganizationAdmin and has a way in: a password, a Cloud API key or an identity pool.",
  },
  invitation_not_found: {
    status: 404,
    title: "Invitation not found",
    meaning: "No invitation of this id exists, or the caller may not see it.",
  },
  link_not_valid: {
    status: 400,
    title: "Link not valid",
    meaning: "The link has expired, was used already, or was replaced by a newer one.",
  },
  password_not_accepted: {
    status: 400,
    title: "Password not accepted",
    meaning:
      "The new password is too short, too long, or the e-mail address; or the current one that was sent with it is wrong.",
  },
  use_token_not_found: {
    status: 404,
    title: "Use token not found",
    meaning: "No use token of this id stands in this environment.",
  },

  // Calls through a connection
  call_not_possible: {
    status: 400,
    title: "Connection cannot be called through",
    meaning: "The connection cannot be called through, for example because its service does not speak HTTP.",
  },
  call_path_invalid: {
    status: 400,
    title: "Path not valid for a call",
    meaning: "The path or query behind the connection's name is not one that may follow its endpoint.",
  },
  call_method_not_allowed: {
    status: 400,
    title: "Method not passed on",
    meaning: "The method, or an upgrade, is not passed on to services.",
  },
  body_too_large: {
    status: 413,
    title: "Body too large",
    meaning: "The body of the call is larger than can be signed.",
  },
  address_forbidden: {
    status: 400,
    title: "Address not allowed",
    meaning: "The address may not be dialled. The message names the rule and the setting that allows it.",
  },
  upstream_unreachable: {
    status: 502,
    title: "Service not reachable",
    meaning: "The service could not be reached: name look-up, connection or TLS failed.",
  },
  upstream_timeout: {
    status: 504,
    title: "Service did not answer in time",
    meaning: "The service did not answer, or fell silent, within the time limit.",
  },
  upstream_echoed_secret: {
    status: 502,
    title: "Answer withheld",
    meaning: "The answer contained the connection's own secret and was not handed on.",
  },
  token_refused: {
    status: 502,
    title: "Token endpoint refused the credential",
    meaning: "The token endpoint refused the credential, or its answer held no token.",
  },

  // The server itself
  master_key_not_rotatable: {
    status: 409,
    title: "Master key cannot be rotated here",
    meaning:
      "The master key comes from a setting, or from a file that the server may not write; the hint says how to rotate it.",
  },
  master_key_being_rotated: {
    status: 409,
    title: "Master key is being rotated",
    meaning: "A rotation of the master key is under way already.",
  },
  reset_not_possible: {
    status: 409,
    title: "Server cannot be reset",
    meaning: "A reset goes back to the seed, and this server was started without one.",
  },
  storage_full: {
    status: 507,
    title: "Disk full",
    meaning: "The disk of the database is full. Nothing was changed.",
  },
  stopping: {
    status: 503,
    title: "Server is stopping",
    meaning: "The server is stopping and takes no more work. Try again, perhaps at another server.",
  },
  check_not_done: {
    status: 503,
    title: "Check not done",
    meaning:
      "So many other checks were under way that this one got no turn in its time, or the driver that it takes could not be started. It says nothing of the connection, and nothing was changed. `Retry-After` says when to try again.",
  },
  internal_error: {
    status: 500,
    title: "Internal error",
    meaning: "A fault of Keymoor itself. The server's log has the details under the request id.",
  },
  caller_left: {
    status: 499,
    title: "Caller went away",
    meaning:
      "The caller closed the connection before the check was made. Never an answer to a request, but the code of its audit event.",
  },
  cannot_start: {
    status: 500,
    title: "Server cannot start",
    meaning:
      "The server cannot start; the sentence on standard error says why. Never an answer to a request.",
  },
} as const satisfies Record<string, { status: number; title: string; meaning: string }>;

export type ErrorCode = keyof typeof errorTable;

/** What a surface may add to a message; every value in it is safe to show to anyone. */
export interface ErrorDetails {
  /** What to do next: one sentence. */
  readonly hint?: string;
  /** Key of the option at fault, as SQL has it; a surface that knows where it stands says so. */
  readonly option?: string;
  /** JSON pointer into the request body, e.g. `/spec/endpoint`. */
  readonly pointer?: string;
  /** Query or path parameter at fault. */
  readonly parameter?: string;
  /** Place in a statement's text, both counted from 1, columns in UTF-16 units. */
  readonly position?: { readonly line: number; readonly column: number };
  readonly retryAfterSeconds?: number;
  /** For the log only, never shown. */
  readonly cause?: unknown;
}

/**
 * The one class of failures that users see. `message` names what happened and to which thing, never a value;
 * `hint` says what to do. Anything thrown that is not a KeymoorError is a bug and is answered as `internal_error`.
 */
export class KeymoorError extends Error {
  override readonly name = "KeymoorError";
  readonly code: ErrorCode;
  readonly details: ErrorDetails;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get title(): string {
    return errorTable[this.code].title;
  }

  /** Message and hint as the one text that clients with a single line for errors print. */
  get sentence(): string {
    return this.details.hint === undefined ? this.message : `${this.message} ${this.details.hint}`;
  }
}

/** The error of a `catch`, as ours: a KeymoorError as it is, anything else hidden behind `internal_error`. */
export function asKeymoorError(error: unknown): KeymoorError {
  if (error instanceof KeymoorError) return error;
  return new KeymoorError("internal_error", "The server met an error of its own.", {
    hint: "Its log has the details under this request's id.",
    cause: error,
  });
}
