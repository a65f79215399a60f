import type { Field } from "./define.ts";
import { connectionTypes } from "./types/index.ts";

/** What may be shown of an option's value in the text of a statement. */
type Shown =
  | { readonly show: "never" }
  | { readonly show: "values"; readonly values: readonly string[] }
  | { readonly show: "url" };

/** Every option key that CREATE and ALTER CONNECTION know, for the SQL parser and redactor. */
export function optionKeys(): { readonly options: ReadonlyMap<string, Shown> } {
  const options = new Map<string, Shown>([
    ["type", { show: "values", values: connectionTypes.map(({ name }) => name) }],
    ["endpoint", { show: "url" }],
    // Accepted if they are this connection's own; no list says which values are harmless.
    ["environment", { show: "never" }],
    ["cloud", { show: "never" }],
    ["region", { show: "never" }],
  ]);
  for (const type of connectionTypes) {
    for (const fields of [type.options, ...type.auth.map((method) => method.fields)]) {
      for (const [key, field] of Object.entries(fields)) options.set(key, shown(field));
    }
  }
  return { options };
}

function shown(field: Field): Shown {
  if (field.public !== true) return { show: "never" };
  if (field.values !== undefined) return { show: "values", values: field.values };
  return field.form === "url" || field.form === "url-or-path" ? { show: "url" } : { show: "never" };
}
