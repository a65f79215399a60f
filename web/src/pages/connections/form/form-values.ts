import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { AuthMethod, TypeField } from "../snippets/snippet-input.ts";

/** What is typed into the form. Secrets live here and nowhere else, and no longer than the form. */
export interface FormValues {
  readonly endpoint: string;
  /** Name of the way to authenticate. */
  readonly method: string;
  /** By option key; those of other ways to authenticate are kept while one looks at another. */
  readonly options: Readonly<Record<string, string>>;
}

export function emptyValues(type: ConnectionType): FormValues {
  return { endpoint: "", method: type.auth_methods[0]?.name ?? "", options: {} };
}

export function methodOf(type: ConnectionType, { method }: Pick<FormValues, "method">): AuthMethod {
  const found = type.auth_methods.find(({ name }) => name === method) ?? type.auth_methods[0];
  if (found === undefined) throw new Error("every type has a way to authenticate");
  return found;
}

/** The fields that are asked for now, in their order: the type's own, then those of the way to authenticate. */
export function fieldsOf(type: ConnectionType, values: FormValues): readonly TypeField[] {
  const fields = [...type.options, ...methodOf(type, values).fields];
  return fields.filter(({ only_with }) => {
    if (only_with === undefined) return true;
    const other = fields.find(({ key }) => key === only_with.option);
    return other !== undefined && valueIn(other, values) === only_with.value;
  });
}

export function valueIn(field: TypeField, { options }: Pick<FormValues, "options">): string {
  return options[field.key] ?? field.default ?? "";
}

/** `auth_data.data`: what is asked for and given, by its key on the wire. */
export function authData(type: ConnectionType, values: FormValues): Readonly<Record<string, string>> {
  const { auth_type } = methodOf(type, values);
  const given = fieldsOf(type, values)
    .map((field) => [field.wire_key, valueIn(field, values)] as const)
    .filter(([, value]) => value !== "");
  return Object.fromEntries([...(auth_type === undefined ? [] : [["AUTH_TYPE", auth_type]]), ...given]);
}
