import { ClientError } from "../../../../../src/client/client-error.ts";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { TypeField } from "../snippets/snippet-input.ts";
import { type FormValues, fieldsOf, methodOf, valueIn } from "./form-values.ts";

/** Most bytes of a sealed value (docs/connection-types.md). */
export const secretLimitBytes = 4000;

/** Sentences by the key of a field; `endpoint` and `name` are those of the fields that every type has. */
export type FieldErrors = Readonly<Record<string, string>>;

/** What can be said without asking anybody. The server judges again, and knows more. */
export function judgeValues(type: ConnectionType, values: FormValues): FieldErrors {
  const method = methodOf(type, values);
  const isAnonymous = method.may_be_empty && method.fields.every((field) => valueIn(field, values) === "");
  const errors: Record<string, string> = {};
  const endpoint = judgeEndpoint(type, values.endpoint);
  if (endpoint !== undefined) errors.endpoint = endpoint;
  for (const field of fieldsOf(type, values)) {
    const isNeeded = field.required && !(isAnonymous && method.fields.includes(field));
    const error = judgeField(field, valueIn(field, values), isNeeded);
    if (error !== undefined) errors[field.key] = error;
  }
  return errors;
}

function judgeEndpoint({ label, endpoint }: ConnectionType, value: string): string | undefined {
  if (value === "") return "An endpoint is needed.";
  if (endpoint.schemes.some((scheme) => value.toLowerCase().startsWith(`${scheme}:`))) return undefined;
  return `An endpoint of ${label} begins with ${oneOf(endpoint.schemes.map((scheme) => `${scheme}:`))}.`;
}

function judgeField(field: TypeField, value: string, isNeeded: boolean): string | undefined {
  if (value === "") return isNeeded ? `${field.label} is needed.` : undefined;
  if (field.form === "url" && !URL.canParse(value)) return `${field.label} is a whole URL.`;
  const isTooLong =
    field.visibility !== "public" && new TextEncoder().encode(value).length > secretLimitBytes;
  return isTooLong ? `${field.label} is longer than 4000 bytes.` : undefined;
}

function oneOf(words: readonly string[]): string {
  return new Intl.ListFormat("en", { type: "disjunction" }).format(words);
}

/** Where a refusal of the server belongs in the form; undefined: to the form as a whole. */
export function fieldOfError(error: unknown, keys: readonly string[]): string | undefined {
  if (!(error instanceof ClientError)) return undefined;
  const { pointer } = error.details;
  if (error.details.code === "resource_already_exists" || pointer === "/name") return "name";
  if (pointer === "/spec/endpoint") return "endpoint";
  if (pointer !== "/spec/auth_data/data") return undefined;
  // The credential is one value on the wire; the sentence names the option.
  return keys.find((key) => error.message.includes(`"${key}"`));
}
