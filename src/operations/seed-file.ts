import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Errors, type ValueError, ValueErrorType } from "@sinclair/typebox/errors";
import { roles } from "../access/rights.ts";
import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { parseYaml, readYaml } from "../read-yaml.ts";
import { Secret } from "../secret.ts";

const id = Type.String({
  pattern: "^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$",
  rule: "an id of letters, digits, `-`, `_` and `.`",
});
const name = Type.String({ pattern: "^[^\\x00-\\x1f\\x7f]{1,200}$", rule: "a name of 1 to 200 characters" });
const cloud = Type.String({ pattern: "^[A-Za-z0-9-]{1,20}$", rule: "a cloud such as aws" });
const region = Type.String({ pattern: "^[A-Za-z0-9-]{1,60}$", rule: "a region such as us-east-1" });
const secret = Type.Unsafe<Secret>({ ...Type.String({ minLength: 1, rule: "text; numbers need quotes" }) });
const originRule = "an origin such as http://localhost:8091";
const values = Type.Record(Type.String(), secret);
const role = Type.Union(
  roles.map((word) => Type.Literal(word)),
  { rule: `one of ${roles.join(", ")}` },
);

function object<Properties extends Record<string, TSchema>>(properties: Properties) {
  return Type.Object(properties, { additionalProperties: false });
}

function list<Item extends TSchema>(item: Item) {
  return Type.Optional(Type.Array(item, { rule: "a list" }));
}

const seedRole = object({ role, environment: Type.Optional(id), serviceAccount: Type.Optional(id) });
const place = { environment: id, cloud, region };

/** The seed file (design 10). Ids, keys and passwords may be any chosen values. */
const seedSchema = object({
  /** By what name `keymoor apply` marks the connections of this file; a server's start has no use for it. */
  managedBy: Type.Optional(
    Type.String({
      pattern: "^(?:file:)?[A-Za-z0-9_./ -]{1,200}$",
      rule: "1 to 200 letters, digits, `_`, `.`, `/`, `-` and spaces",
    }),
  ),
  organization: Type.Optional(object({ id, name })),
  environments: list(object({ id, name })),
  regions: list(
    object({
      cloud,
      region,
      endpoint: Type.Optional(Type.String({ pattern: "^https?://[^/?#]+$", rule: originRule })),
      listen: Type.Optional(Type.String({ pattern: "^[^\\s/]+:[0-9]{1,5}$", rule: "host:port" })),
    }),
  ),
  computePools: list(object({ id, name, ...place })),
  users: list(
    object({
      id,
      email: Type.String({ pattern: "^[^\\s@]+@[^\\s@]+$", rule: "an e-mail address" }),
      name: Type.Optional(name),
      password: Type.Optional(secret),
      roles: list(seedRole),
    }),
  ),
  serviceAccounts: list(object({ id, name, roles: list(seedRole) })),
  identityPools: list(
    object({
      id,
      name,
      description: Type.Optional(Type.String({ rule: "text" })),
      issuer: Type.String({ rule: "text" }),
      jwksUri: Type.Optional(Type.String({ rule: "text" })),
      audience: Type.String({ rule: "text" }),
      claims: Type.Record(Type.String(), Type.String({ rule: "text; numbers need quotes" }), {
        rule: "claims, each with its value",
      }),
      serviceAccount: id,
    }),
  ),
  apiKeys: list(
    object({
      // RFC 7617: HTTP Basic ends the user name at the first colon.
      id: Type.String({ pattern: "^[^\\s:]{1,100}$", rule: "a key id without colon or space" }),
      secret,
      owner: id,
      name: Type.Optional(name),
      environment: Type.Optional(id),
      cloud: Type.Optional(cloud),
      region: Type.Optional(region),
    }),
  ),
  connections: list(
    object({
      name: Type.String({ rule: "text; numbers need quotes" }),
      ...place,
      type: Type.String({ rule: "a connection type" }),
      endpoint: Type.String({ rule: "text" }),
      comment: Type.Optional(Type.String({ rule: "text" })),
      /** What is no secret, such as `transport-type`; kept apart for the eye only. */
      options: Type.Optional(values),
      credential: Type.Optional(values),
    }),
  ),
});

export type Seed = Static<typeof seedSchema>;

type ListName = Exclude<keyof Seed, "organization" | "managedBy">;

/** An item of one of the seed's lists, e.g. `SeedItem<"users">`. */
export type SeedItem<Name extends ListName> = NonNullable<Seed[Name]>[number];

/** The seed file at `path`, judged. From here on its secrets are `Secret`s. `what` is what errors call it. */
export function readSeedFile(path: string, what = "seed file"): Seed {
  return parseSeed(readYaml(path, what) ?? {}, `${what.charAt(0).toUpperCase()}${what.slice(1)} ${path}`);
}

/** The same from a text that came on another way, such as `standard input`. */
export function readSeedText(text: string, source: string): Seed {
  return parseSeed(parseYaml(text, source, "seed from") ?? {}, `Seed from ${source}`);
}

/** `label` begins every error, which goes on with the place in the file and never quotes a value. */
function parseSeed(document: unknown, label: string): Seed {
  // A misspelt key is named before the one that is missing for it.
  const errors = [...Errors(seedSchema, document)];
  const error = errors.find(({ type }) => type === ValueErrorType.ObjectAdditionalProperties) ?? errors[0];
  if (error !== undefined) throw seedError(label, keyOf(error.path), sentenceOf(error), hintOf(error));
  const seed = document as Seed;
  judgeEndpoints(seed, label);
  return withSecrets(seed);
}

/** Every request reads the endpoints of regions, so one that is no URL (port 99999) would fail them all. */
function judgeEndpoints({ regions }: Seed, label: string): void {
  for (const [index, { endpoint }] of (regions ?? []).entries()) {
    if (endpoint === undefined || (URL.canParse(endpoint) && new URL(endpoint).origin === endpoint)) continue;
    throw seedError(label, `regions[${index}].endpoint`, `it must be ${originRule}.`);
  }
}

export function seedError(label: string, key: string, sentence: string, hint?: string): KeymoorError {
  const at = key === "" ? "" : `, ${key}`;
  return new KeymoorError("cannot_start", `${label}${at}: ${sentence}`, hint === undefined ? {} : { hint });
}

function sentenceOf({ type, schema, path }: ValueError): string {
  if (type === ValueErrorType.ObjectAdditionalProperties) return "this key is not known here.";
  if (type === ValueErrorType.ObjectRequiredProperty) return "this key is missing.";
  if (type === ValueErrorType.Object)
    return path === "" ? "it is not a list of keys." : "it must have keys of its own.";
  return `it must be ${schema.rule ?? "text"}.`;
}

function hintOf({ type, schema, path }: ValueError): string | undefined {
  if (type !== ValueErrorType.ObjectAdditionalProperties) return undefined;
  const known = Object.keys(schema.properties);
  const close = nearest(path.slice(path.lastIndexOf("/") + 1), known);
  return close === undefined ? `Known here: ${known.join(", ")}.` : `Did you mean "${close}"?`;
}

/** `/apiKeys/0/owner` as people write it: `apiKeys[0].owner`. */
function keyOf(pointer: string): string {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"))
    .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

/** A judged document has text where the type says Secret; this makes the type true. */
function withSecrets(document: Seed): Seed {
  return {
    ...document,
    ...(document.users && {
      users: document.users.map((user) => ({
        ...user,
        ...(user.password && { password: hide(user.password) }),
      })),
    }),
    ...(document.apiKeys && {
      apiKeys: document.apiKeys.map((key) => ({ ...key, secret: hide(key.secret) })),
    }),
    ...(document.connections && {
      connections: document.connections.map((connection) => ({
        ...connection,
        ...(connection.options && { options: hideAll(connection.options) }),
        ...(connection.credential && { credential: hideAll(connection.credential) }),
      })),
    }),
  };
}

function hideAll(record: Readonly<Record<string, unknown>>): Record<string, Secret> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, hide(value)]));
}

function hide(value: unknown): Secret {
  return new Secret(String(value));
}
