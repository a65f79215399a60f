import { type Html, html } from "./html.ts";
import type { Schema } from "./openapi.ts";

export interface SchemaRow {
  /** `spec.auth_data.data` */
  readonly name: string;
  readonly type: Html | string;
  readonly isOptional: boolean;
  readonly description: string;
}

/** The fields of a schema, those of nested objects under their path. Named schemas are linked, not repeated. */
export function schemaRows(schema: Schema, prefix = ""): readonly SchemaRow[] {
  if (schema.type === "array" && schema.items !== undefined && refName(schema.items) === undefined) {
    return schemaRows(schema.items, `${prefix}[]`);
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, field]) => {
    const name = prefix === "" ? key : `${prefix}.${key}`;
    const row = {
      name,
      type: typeOf(field),
      isOptional: schema.required?.includes(key) !== true,
      description: field.description ?? "",
    };
    return refName(field) === undefined ? [row, ...schemaRows(field, name)] : [row];
  });
}

/** A schema's type in a few words. */
export function typeOf(schema: Schema): Html | string {
  const name = refName(schema);
  if (name !== undefined) return html`<a href="#schema-${name}">${name}</a>`;
  if (schema.const !== undefined) return html`<code>${JSON.stringify(schema.const)}</code>`;
  if (schema.enum !== undefined)
    return html`<code>${schema.enum.map((value) => JSON.stringify(value)).join(" | ")}</code>`;
  if (schema.anyOf !== undefined)
    return html`${schema.anyOf.map((one, index) => [index === 0 ? "" : " or ", typeOf(one)])}`;
  if (schema.type === "array")
    return html`list of ${schema.items === undefined ? "anything" : typeOf(schema.items)}`;
  if (schema.patternProperties !== undefined) return "map of strings";
  if (schema.contentMediaType !== undefined) return "string holding JSON";
  if (schema.minimum !== undefined && schema.maximum !== undefined) {
    return `${schema.type}, ${schema.minimum} to ${schema.maximum}${byDefault(schema)}`;
  }
  return `${schema.format ?? schema.type ?? "anything"}${byDefault(schema)}`;
}

function byDefault({ default: value }: Schema): string {
  return value === undefined ? "" : `, default ${JSON.stringify(value)}`;
}

export function refName({ $ref }: Schema): string | undefined {
  return $ref?.replace("#/components/schemas/", "");
}
