import type { AuthMethod, ConnectionType, Field, Verify } from "./define.ts";
import { connectionTypes } from "./types/index.ts";

interface CatalogueField {
  /** SQL option. */
  readonly key: string;
  /** Key in `auth_data.data`. */
  readonly wire_key: string;
  readonly label: string;
  /** `public` is shown to everyone who may list, `identifying` and `secret` are sealed and masked. */
  readonly visibility: "public" | "identifying" | "secret";
  readonly required: boolean;
  readonly form: "line" | "text" | "url" | "url-or-path";
  readonly values?: readonly string[];
  readonly default?: string;
  readonly hint?: string;
  /** Refused unless another option has this value; that one's default counts. */
  readonly only_with?: { readonly option: string; readonly value: string };
  /** A change needs every secret of the method in the same request. */
  readonly directs_secrets: boolean;
}

interface CatalogueAuthMethod {
  readonly name: string;
  readonly label: string;
  /** `AUTH_TYPE` in `auth_data.data`; absent where none is sent. */
  readonly auth_type?: string;
  readonly fields: readonly CatalogueField[];
  /** All fields may be empty: nothing is sent then. */
  readonly may_be_empty: boolean;
}

export interface CatalogueEntry {
  /** As in SQL and the CLI. */
  readonly name: string;
  /** As in REST and Terraform. */
  readonly wire_name: string;
  readonly label: string;
  readonly group: ConnectionType["group"];
  readonly summary: string;
  /** Slug at simpleicons.org. */
  readonly mark?: string;
  readonly endpoint: { readonly example: string; readonly schemes: readonly string[] };
  readonly auth_methods: readonly CatalogueAuthMethod[];
  readonly options: readonly CatalogueField[];
  readonly call: {
    readonly kind: ConnectionType["call"]["kind"];
    readonly operations?: readonly string[];
    readonly because?: string;
  };
  /** How a check proves the credential. */
  readonly verify: {
    /** `reach`: no harmless request is known, so the service is reached and no more. */
    readonly kind: Verify["kind"] | "reach";
    /** `GET /models`. */
    readonly request?: string;
    /** Answered without a credential too. */
    readonly is_public?: boolean;
    /** What endpoints begin with whose driver logs in. */
    readonly drivers?: readonly string[];
  };
  /** Header in which a use token is taken besides Authorization. */
  readonly client_key_header?: string;
  /** Confluent's Terraform provider makes it, with the first way to authenticate. */
  readonly terraform: boolean;
  readonly source: string;
}

/** Every connection type as plain data, from which forms, flags and documents are drawn. */
export function catalogue(): CatalogueEntry[] {
  return connectionTypes.map(entryOf);
}

function entryOf(type: ConnectionType): CatalogueEntry {
  return {
    name: type.name,
    wire_name: type.name.toUpperCase(),
    label: type.label,
    group: type.group,
    summary: type.summary,
    ...(type.mark && { mark: type.mark }),
    endpoint: { example: type.endpoint.example, schemes: type.endpoint.schemes },
    auth_methods: type.auth.map((method) => methodOf(type, method)),
    options: fieldsOf(type.options),
    call: type.call,
    verify: verifyOf(type.verify),
    ...(type.clientKeyHeader && { client_key_header: type.clientKeyHeader }),
    terraform: type.terraform === true,
    source: type.source,
  };
}

function verifyOf(verify: Verify | undefined): CatalogueEntry["verify"] {
  switch (verify?.kind) {
    case "request": {
      const request = verify.path === "" ? verify.method : `${verify.method} ${verify.path}`;
      return { kind: "request", request, is_public: verify.isPublic === true };
    }
    case "login":
      return { kind: "login", drivers: Object.keys(verify.drivers) };
    case "token":
    case "mcp":
      return { kind: verify.kind };
    case undefined:
      return { kind: "reach" };
  }
}

function methodOf(type: ConnectionType, method: AuthMethod): CatalogueAuthMethod {
  return {
    name: method.name,
    label: method.label,
    ...(method.wire && { auth_type: method.wire }),
    fields: fieldsOf(method.fields),
    may_be_empty: type.allowsAnonymous === true && method.anonymousWhenEmpty === true,
  };
}

function fieldsOf(fields: Readonly<Record<string, Field>>): CatalogueField[] {
  return Object.entries(fields).map(([key, field]) => ({
    key,
    wire_key: field.wire,
    label: field.label,
    visibility: field.secret ? "secret" : field.public ? "public" : "identifying",
    required: field.optional !== true,
    form: field.form ?? "line",
    ...(field.values && { values: field.values }),
    ...(field.default !== undefined && { default: field.default }),
    ...(field.hint && { hint: field.hint }),
    ...(field.onlyWith && { only_with: field.onlyWith }),
    directs_secrets: field.directsSecrets === true,
  }));
}
