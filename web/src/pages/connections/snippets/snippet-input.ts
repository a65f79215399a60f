import type { ConnectionType } from "../../../../../src/client/connection-types.ts";

export type AuthMethod = ConnectionType["auth_methods"][number];
export type TypeField = AuthMethod["fields"][number];

/** A connection as it is written down again: no secret comes near this. */
export interface SnippetInput {
  readonly type: ConnectionType;
  readonly method: AuthMethod;
  readonly name: string;
  readonly endpoint: string;
  /** Public options by key; fields of the credential are placeholders. */
  readonly options: Readonly<Record<string, string>>;
  readonly organizationId: string;
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  /** Origin of the region's API. */
  readonly url: string;
}

export interface SnippetOption {
  readonly field: TypeField;
  readonly value: string;
  readonly isPlaceholder: boolean;
}

/** The options that a statement or command names, in the order of the catalogue; what is not public is a placeholder. */
export function optionsOf({ method, type, options }: SnippetInput): readonly SnippetOption[] {
  return [...type.options, ...method.fields].flatMap((field): SnippetOption[] => {
    if (field.visibility === "public") {
      const value = options[field.key];
      return value === undefined || value === "" || value === field.default
        ? []
        : [{ field, value, isPlaceholder: false }];
    }
    if (!field.required) return [];
    return [{ field, value: `your-${field.key}`, isPlaceholder: true }];
  });
}
