import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { acceptedOptions, conjunction, requiredKeys, waysToAuthenticate } from "./accepted-options.ts";
import { requireConnectionType } from "./connection-type.ts";
import type { AuthMethod, ConnectionType, Credential } from "./define.ts";
import { judgeOptions } from "./judge-options.ts";
import { judgeEndpoint } from "./judge-url.ts";

/** A connection as a user describes it. Every option is a Secret, because nobody knows yet what it is. */
interface ConnectionDraft {
  readonly type: string;
  readonly endpoint: string | undefined;
  /** By kebab-case SQL key, without type and endpoint. */
  readonly options: ReadonlyMap<string, Secret>;
  /** `AUTH_TYPE`, where a client says how it means to authenticate. */
  readonly authType?: string | undefined;
}

/** What becomes of the options: public ones to be shown, the rest to be sealed. */
export interface JudgedOptions {
  /** Public options of the type and of the chosen method, in canonical case. */
  readonly options: Readonly<Record<string, string>>;
  readonly credential: Credential;
}

export interface JudgedConnection extends JudgedOptions {
  readonly type: ConnectionType;
  readonly endpoint: string;
}

/** Judges the form of a new connection (design 5); whether it works is found out by calls and checks. */
export function judgeConnection(draft: ConnectionDraft): JudgedConnection {
  const type = requireConnectionType(draft.type);
  const endpoint = judgeEndpoint(type, draft.endpoint);
  const nothing = { options: {}, credential: undefined };
  return { type, endpoint, ...settle(type, nothing, draft.options, draft.authType) };
}

interface Rotation {
  readonly type: ConnectionType;
  /** Public options as stored. */
  readonly options: Readonly<Record<string, string>>;
  /** The current credential, opened; only `merge` looks at it. */
  readonly credential: Credential | undefined;
  readonly given: ReadonlyMap<string, Secret>;
  readonly authType?: string | undefined;
  /** `replace` (REST's PUT) wants a whole credential; `merge` (ALTER ... SET, `?merge=true`) keeps the fields that are not given. */
  readonly mode: "replace" | "merge";
}

/** Judges new credentials for an existing connection. Public options that are not given stay; an empty one is removed. */
export function judgeRotation({ type, options, credential, given, authType, mode }: Rotation): JudgedOptions {
  const kept = mode === "merge" ? credential : undefined;
  return settle(type, { options, credential: kept }, given, authType);
}

/** What holds before: nothing at a creation. */
interface Before {
  readonly options: Readonly<Record<string, string>>;
  readonly credential: Credential | undefined;
}

function settle(
  type: ConnectionType,
  before: Before,
  options: ReadonlyMap<string, Secret>,
  authType: string | undefined,
): JudgedOptions {
  const given = judgeOptions(type, options);
  const method = chooseMethod(type, before.credential, given);
  const settled: JudgedOptions = {
    options: publicOptions(type, method, before, given),
    credential: { method: method.name, values: sealedValues(method, before.credential, given) },
  };
  requireComplete(type, method, settled, given);
  requireCompatible(type, settled.options);
  requireRepeatedSecrets(type, method, before, settled, given);
  requireAuthType(type, method, authType);
  return settled;
}

/** The one method that options were given for, else one given empty on purpose, else the one that holds already. */
function chooseMethod(
  type: ConnectionType,
  current: Credential | undefined,
  given: ReadonlyMap<string, Secret>,
): AuthMethod {
  const isGiven = (key: string) => given.get(key)?.isEmpty === false;
  const [method, other] = type.auth.filter(({ fields }) => Object.keys(fields).some(isGiven));
  if (method !== undefined && other !== undefined) {
    const one = Object.keys(method.fields).find(isGiven) ?? "";
    const two = Object.keys(other.fields).find(isGiven) ?? "";
    throw new KeymoorError(
      "auth_method_ambiguous",
      `Options "${one}" and "${two}" belong to two ways to authenticate.`,
      { hint: `Choose one of ${waysToAuthenticate(type)}.`, option: two, pointer },
    );
  }
  if (method !== undefined) return method;
  const isEmptied = (key: string) => given.get(key)?.isEmpty === true;
  const anonymous = type.auth.find(
    (candidate) => mayBeAnonymous(type, candidate) && requiredKeys(candidate).every(isEmptied),
  );
  const chosen = anonymous ?? type.auth.find(({ name }) => name === current?.method);
  if (chosen !== undefined) return chosen;
  throw new KeymoorError("option_missing", `Type "${type.name}" needs ${waysToAuthenticate(type)}.`, {
    hint: type.allowsAnonymous
      ? `${acceptedOptions(type)} For a service without authentication give an empty "token".`
      : acceptedOptions(type),
    pointer,
  });
}

function mayBeAnonymous(type: ConnectionType, method: AuthMethod): boolean {
  return type.allowsAnonymous === true && method.anonymousWhenEmpty === true;
}

function publicOptions(
  type: ConnectionType,
  method: AuthMethod,
  before: Before,
  given: ReadonlyMap<string, Secret>,
): Record<string, string> {
  const fields = { ...type.options, ...method.fields };
  const keys = Object.keys(fields).filter((key) => fields[key]?.public === true);
  const pairs = keys.map((key): [string, string] => [
    key,
    given.get(key)?.reveal() ?? before.options[key] ?? "",
  ]);
  return Object.fromEntries(pairs.filter(([, value]) => value !== ""));
}

function sealedValues(
  method: AuthMethod,
  current: Credential | undefined,
  given: ReadonlyMap<string, Secret>,
): Record<string, Secret> {
  const held = current?.method === method.name ? current.values : {};
  const isChanged = (key: string) => given.has(key) && given.get(key)?.reveal() !== held[key]?.reveal();
  const values: Record<string, Secret> = {};
  for (const [key, field] of Object.entries(method.fields)) {
    if (field.public === true) continue;
    const isStale = field.belongsTo !== undefined && isChanged(field.belongsTo);
    const value = given.get(key) ?? (isStale ? undefined : held[key]);
    if (value === undefined || (value.isEmpty && field.optional === true)) continue;
    values[key] = value;
  }
  return values;
}

function requireComplete(
  type: ConnectionType,
  method: AuthMethod,
  { options, credential }: JudgedOptions,
  given: ReadonlyMap<string, Secret>,
): void {
  const required = requiredKeys(method);
  const isEmpty = (key: string) => (credential.values[key]?.isEmpty ?? options[key] === undefined) === true;
  const missing = required.find(isEmpty);
  if (missing === undefined) return;
  const isAnonymous = required.every((key) => credential.values[key]?.isEmpty === true);
  if (isAnonymous && mayBeAnonymous(type, method)) return;
  throw new KeymoorError(
    "option_missing",
    `Option "${missing}" is ${given.has(missing) ? "empty" : "missing"}.`,
    {
      hint:
        required.length > 1
          ? `Type "${type.name}" needs ${conjunction(required)} together.`
          : acceptedOptions(type),
      option: missing,
      pointer,
    },
  );
}

/** Options that make sense only beside a certain value of another. */
function requireCompatible(type: ConnectionType, options: Readonly<Record<string, string>>): void {
  for (const [key, { onlyWith }] of Object.entries(type.options)) {
    if (onlyWith === undefined || options[key] === undefined) continue;
    const value = options[onlyWith.option] ?? type.options[onlyWith.option]?.default;
    if (value === onlyWith.value) continue;
    throw new KeymoorError("option_value_invalid", `Option "${key}" cannot stand beside "${value}".`, {
      hint: `It needs '${onlyWith.option}' = '${onlyWith.value}'; set it to '' to remove it.`,
      option: key,
      pointer,
    });
  }
}

/**
 * Whoever says anew where a secret travels must know it: otherwise the right to rotate would be a way to read, by
 * pointing the token endpoint at oneself.
 */
function requireRepeatedSecrets(
  type: ConnectionType,
  method: AuthMethod,
  before: Before,
  { options, credential }: JudgedOptions,
  given: ReadonlyMap<string, Secret>,
): void {
  const fields = { ...type.options, ...method.fields };
  const redirected = Object.keys(fields).find(
    (key) => fields[key]?.directsSecrets === true && options[key] !== before.options[key],
  );
  if (redirected === undefined) return;
  const secrets = Object.keys(credential.values).filter((key) => method.fields[key]?.secret === true);
  const unknown = secrets.filter((key) => credential.values[key]?.isEmpty === false && !given.has(key));
  if (unknown.length === 0) return;
  throw new KeymoorError(
    "secret_must_be_repeated",
    `Option "${redirected}" says where the secret goes, so it changes only together with ${conjunction(unknown)}.`,
    { hint: `Give ${conjunction(unknown)} in the same request.`, option: redirected, pointer },
  );
}

function requireAuthType(type: ConnectionType, method: AuthMethod, authType: string | undefined): void {
  if (authType === undefined || authType === "" || authType.toUpperCase() === method.wire) return;
  const expected = method.wire === undefined ? "none" : `"${method.wire}"`;
  throw new KeymoorError("option_value_invalid", "AUTH_TYPE contradicts the fields that were given.", {
    hint: `Leave it out; for these fields of type "${type.name}" it is ${expected}.`,
    pointer,
  });
}

const pointer = "/spec/auth_data/data";
