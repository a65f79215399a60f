import type { ConnectionType } from "../../../../src/client/connection-types.ts";
import type { KnownType } from "../../../../src/sql/complete-statement.ts";
import type { Showing, Vocabulary } from "../../../../src/sql/vocabulary.ts";

/** What parser, redactor and completion have to know of the connection types. */
export interface SqlKnowledge {
  readonly vocabulary: Vocabulary;
  readonly types: readonly KnownType[];
}

type Field = ConnectionType["options"][number];

/** From the server's catalogue, so that the editor knows the types that the server knows. */
export function sqlKnowledge(catalogue: readonly ConnectionType[]): SqlKnowledge {
  const options = new Map<string, Showing>([
    ["type", { show: "values", values: catalogue.map(({ name }) => name) }],
    ["endpoint", { show: "url" }],
    // Every statement may say where it is meant for.
    ["environment", { show: "never" }],
    ["cloud", { show: "never" }],
    ["region", { show: "never" }],
  ]);
  for (const field of catalogue.flatMap(fieldsOf)) options.set(field.key, showing(field));
  return {
    vocabulary: { options },
    types: catalogue.map((type) => ({
      name: type.name,
      endpointExample: type.endpoint.example,
      options: fieldsOf(type).map(({ key, values = [] }) => ({ key, values })),
    })),
  };
}

function fieldsOf({ options, auth_methods }: ConnectionType): readonly Field[] {
  return [...options, ...auth_methods.flatMap(({ fields }) => fields)];
}

function showing({ visibility, values, form }: Field): Showing {
  if (visibility !== "public") return { show: "never" };
  if (values !== undefined) return { show: "values", values };
  return form === "url" || form === "url-or-path" ? { show: "url" } : { show: "never" };
}
