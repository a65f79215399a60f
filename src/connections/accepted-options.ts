import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import type { AuthMethod, ConnectionType, Field } from "./define.ts";
import { connectionTypes } from "./types/index.ts";

/** The field that an option key names for this type: one of the type's own or of one of its auth methods. */
function findField(type: ConnectionType, key: string): Field | undefined {
  if (Object.hasOwn(type.options, key)) return type.options[key];
  const method = type.auth.find(({ fields }) => Object.hasOwn(fields, key));
  return method?.fields[key];
}

/** The field that a key names, or the error that says which keys the type takes. */
export function requireField(type: ConnectionType, key: string): Field {
  const field = findField(type, key);
  if (field !== undefined) return field;
  const pointer = "/spec/auth_data/data";
  if (connectionTypes.some((other) => findField(other, key) !== undefined)) {
    throw new KeymoorError("option_not_accepted", `Option "${key}" is not accepted by type "${type.name}".`, {
      hint: acceptedOptions(type),
      option: key,
      pointer,
    });
  }
  const near = nearest(key, fieldKeys(type));
  // A key that resembles none is not repeated: key and value may have been swapped.
  const message = near === undefined ? "One of the options is unknown." : `Unknown option "${key}".`;
  const question = near === undefined ? "" : `Did you mean "${near}"? `;
  throw new KeymoorError("option_unknown", message, {
    hint: question + acceptedOptions(type),
    option: key,
    pointer,
  });
}

/** `Accepted options: "api-key", or "username" and "password".` */
export function acceptedOptions(type: ConnectionType): string {
  const optional = [...Object.keys(type.options), ...type.auth.flatMap(optionalKeys)];
  const also = optional.length === 0 ? "" : ` Optional: ${quoted(optional).join(", ")}.`;
  return `Accepted options: ${waysToAuthenticate(type)}.${also}`;
}

/** `"api-key", or "username" and "password"` */
export function waysToAuthenticate(type: ConnectionType): string {
  return type.auth
    .map((method) => requiredKeys(method))
    .map(conjunction)
    .join(", or ");
}

/** `"username" and "password"` */
export function conjunction(keys: readonly string[]): string {
  const names = quoted(keys);
  const last = names.pop() ?? "";
  return names.length === 0 ? last : `${names.join(", ")} and ${last}`;
}

export function requiredKeys(method: AuthMethod): string[] {
  return Object.keys(method.fields).filter((key) => method.fields[key]?.optional !== true);
}

function optionalKeys(method: AuthMethod): string[] {
  return Object.keys(method.fields).filter((key) => method.fields[key]?.optional === true);
}

function fieldKeys(type: ConnectionType): string[] {
  return [...type.auth.flatMap(({ fields }) => Object.keys(fields)), ...Object.keys(type.options)];
}

function quoted(keys: readonly string[]): string[] {
  return keys.map((key) => `"${key}"`);
}
