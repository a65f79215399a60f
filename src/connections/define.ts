import type { Secret } from "../secret.ts";

/** One option of a connection: its SQL key is the name it stands under in `fields`, in kebab-case. */
export interface Field {
  readonly label: string;
  /** Key inside REST's `auth_data.data` (contract/confluent.md 2.1). */
  readonly wire: string;
  /** Sealed and never shown. */
  readonly secret?: true;
  /** Shown to everyone who may list. A field with neither `secret` nor `public` is identifying: sealed and masked. */
  readonly public?: true;
  readonly optional?: true;
  /** Allowed values, upper case; taken in any case. */
  readonly values?: readonly string[];
  /** Absent from the input means this. */
  readonly default?: string;
  /** Whoever changes it says where a secret travels, so every secret of the method must come with it. */
  readonly directsSecrets?: true;
  /** Means nothing without this value of another field: a change of that one drops it unless it is given again. */
  readonly belongsTo?: string;
  /** Refused unless another option has this value (its default counts). */
  readonly onlyWith?: { readonly option: string; readonly value: string };
  /** `text` is many lines, such as a key file. */
  readonly form?: "text" | "url" | "url-or-path";
  readonly hint?: string;
}

/** A request on its way to a service. Header names are lower case. */
export interface OutgoingRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: ReadonlyMap<string, string>;
  /** Present only for methods that sign the body (`signsBody`). */
  readonly body?: Uint8Array;
}

/** A POST of an `application/x-www-form-urlencoded` body to a token endpoint, through the same address rule and dialler. */
export interface TokenRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** JSON answer of a token endpoint, whatever its status. `body` is undefined when it was not a JSON object. */
export interface TokenAnswer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>> | undefined;
}

/** What a method may ask for while it puts its credential on a request. */
export interface ApplyContext {
  /** Region of the endpoint's AWS host name, else of the connection. */
  readonly region: string;
  /** SigV4's service name, from the type. */
  readonly service: string | undefined;
  readonly now: Date;
  /**
   * An access token, kept per credential version until shortly before it expires and fetched once however many calls wait.
   * `fetch` gets a function that posts to a token endpoint and returns the token with its life in seconds.
   */
  readonly token: (fetch: TokenFetcher) => Promise<string>;
}

export type TokenFetcher = (
  post: (request: TokenRequest) => Promise<TokenAnswer>,
  /** Small facts to remember beside the token for this credential version, e.g. that the client goes in the body. */
  memory: Map<string, string>,
) => Promise<{ readonly token: string; readonly expiresInSeconds: number }>;

/** Plain values of one credential, keyed by field name in kebab-case; exists only while a request is being made. */
export type FieldValues = Readonly<Record<string, string>>;

/** One way to authenticate. */
export interface AuthMethod {
  /** Unique within its type, stored with the credential. */
  readonly name: string;
  readonly label: string;
  /** `AUTH_TYPE` in REST's data, where Confluent has one. */
  readonly wire?: "API_KEY" | "BASIC" | "BEARER" | "OAUTH2";
  readonly fields: Readonly<Record<string, Field>>;
  /** Lower-case names of the headers it sets; a caller's own are dropped. */
  readonly sets: readonly string[];
  /** Needs the whole body before it can sign (SigV4). */
  readonly signsBody?: true;
  /** All its fields empty sends nothing, where the type allows anonymous use. */
  readonly anonymousWhenEmpty?: true;
  /** Obtains a token first; a 401 is tried once more with a fresh one. */
  readonly fetchesToken?: true;
  /** Puts the credential on the request. Absent where the service's driver logs in by itself. */
  readonly apply?: (
    request: OutgoingRequest,
    values: FieldValues,
    context: ApplyContext,
  ) => OutgoingRequest | Promise<OutgoingRequest>;
}

/** What may stand behind a connection's name in a call (design 9). */
export type CallPaths =
  /** Not an HTTP service: a call is 400 and says so. */
  | { readonly kind: "none"; readonly because: string }
  /** The endpoint and nothing more. */
  | { readonly kind: "endpoint" }
  /** Any path below the endpoint. */
  | { readonly kind: "below" }
  /** More path replaces the operation the endpoint ends in; only these pass. */
  | { readonly kind: "operations"; readonly operations: readonly string[] };

/** How a check finds out, without cost or effect, whether the service takes the credential. */
export type Verify =
  | VerifyRequest
  /** Fetching the access token is the proof, for the methods that fetch one; the service is only reached. */
  | { readonly kind: "token" }
  /** MCP's `initialize`, and its tools are counted. */
  | { readonly kind: "mcp" }
  /** A driver logs in, by what the endpoint begins with; other endpoints are only reached. */
  | { readonly kind: "login"; readonly drivers: Readonly<Record<string, LoginDriver>> };

export type LoginDriver = "postgresql" | "mongodb";

/** A harmless request. An answer that is neither `accepted` nor refused leaves open whether the credential is taken. */
export interface VerifyRequest {
  readonly kind: "request";
  readonly method: "GET" | "POST";
  /** Goes behind the endpoint as the path of a call does, so that it takes the place of a listed operation. */
  readonly path: string;
  /** What of the endpoint's path `path` takes the place of, where that is no listed operation. */
  readonly replaces?: RegExp;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly accepted: readonly number[];
  readonly refused: readonly number[];
  /**
   * Error codes, in the service's own spelling, that say more than the status: that it refused the credential, or that it
   * knows the credential and only denies this request.
   */
  readonly codes?: Readonly<Record<string, "refused" | "denied">>;
  /** Answered without a credential too: only a refusal says anything about it. */
  readonly isPublic?: true;
  /** Asked in its place where the service answers so: another make that speaks the same API, but not this path. */
  readonly elsewhere?: { readonly answered: readonly number[]; readonly path: string } | undefined;
}

/** Where the endpoints of one scheme lead, when they do not say so themselves. */
export interface EndpointScheme {
  readonly port: number;
  /** The service speaks TLS from the first byte; others begin it in their own protocol. */
  readonly tls?: true;
  /** A single host without a port stands for the servers in this DNS record (RFC 2782), if there is one. */
  readonly srv?: string;
}

export interface ConnectionTypeFacts {
  /** Lower case, as in SQL; upper case on the wire. */
  readonly name: string;
  readonly label: string;
  readonly group: "model" | "vector_store" | "database" | "api";
  /** One line: what it is for. */
  readonly summary: string;
  /** Slug of the service's mark at simpleicons.org, where it has one. */
  readonly mark?: string;
  readonly endpoint: {
    readonly example: string;
    readonly schemes?: readonly string[];
    /** Where endpoints lead that are no http or https URL, by their scheme with its colon. JDBC's say so themselves. */
    readonly leads?: Readonly<Record<string, EndpointScheme>>;
  };
  readonly auth: readonly AuthMethod[];
  /** Public options that belong to the type and not to a way to authenticate. */
  readonly options?: Readonly<Record<string, Field>>;
  readonly call: CallPaths;
  /** Refuses a call for reasons in the public options; returns the sentence, or undefined when it may go. */
  readonly refuseCall?: (options: Readonly<Record<string, string>>) => string | undefined;
  /** Headers sent unless the caller sent one of the same name. */
  readonly defaultHeaders?: Readonly<Record<string, string>>;
  /** Header in which the service's own clients send their key, when it is not Authorization: a use token is taken there. */
  readonly clientKeyHeader?: string;
  /** A method may be given with all its fields empty (`anonymousWhenEmpty`), which means no Authorization header. */
  readonly allowsAnonymous?: true;
  /** SigV4 service name. */
  readonly signingService?: string;
  /** Absent where no harmless request is known: the service is reached and no more. */
  readonly verify?: Verify;
  /** Confluent's Terraform provider makes it, with the first way to authenticate (its resource `confluent_flink_connection`). */
  readonly terraform?: true;
  /** Where the vendor says so: address of the page on authentication. */
  readonly source: string;
}

export interface ConnectionType extends ConnectionTypeFacts {
  readonly endpoint: {
    readonly example: string;
    readonly schemes: readonly string[];
    readonly leads: Readonly<Record<string, EndpointScheme>>;
  };
  readonly options: Readonly<Record<string, Field>>;
}

/** Fills in what most types share. */
export function defineConnectionType(facts: ConnectionTypeFacts): ConnectionType {
  return {
    ...facts,
    endpoint: { schemes: ["https", "http"], leads: {}, ...facts.endpoint },
    options: facts.options ?? {},
  };
}

/** All values of one way to authenticate, as they travel between the edge and the vault. */
export interface Credential {
  readonly method: string;
  /** Identifying and secret fields, by field name. Public fields are in the connection's options. */
  readonly values: Readonly<Record<string, Secret>>;
}

/** A `verify` by GET: 200 means accepted and 401 refused. 403 is often a matter of rights, so it says neither. */
export function get(path: string, more: Partial<VerifyRequest> = {}): VerifyRequest {
  return { kind: "request", method: "GET", path, accepted: [200], refused: [401], ...more };
}

/** A `verify` by POST of a JSON body, judged as `get`. */
export function post(path: string, body: unknown, more: Partial<VerifyRequest> = {}): VerifyRequest {
  const headers = { "content-type": "application/json" };
  return get(path, { method: "POST", headers, body: JSON.stringify(body), ...more });
}
