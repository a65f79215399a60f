import { optionsOf, type SnippetInput } from "./snippet-input.ts";

/** `CREATE CONNECTION ... WITH (...)` */
export function sqlText(input: SnippetInput): string {
  const pairs = [
    ["type", input.type.name],
    ["endpoint", input.endpoint],
    ...optionsOf(input).map(({ field, value }) => [field.key, value]),
  ].map(([key = "", value = ""]) => `  '${key}' = '${value.replaceAll("'", "''")}'`);
  return `CREATE CONNECTION ${sqlName(input.name)} WITH (\n${pairs.join(",\n")}\n);`;
}

/** Letters, digits and `_` need no back-quotes; a name holds none (docs/sql.md). */
export function sqlName(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : `\`${name}\``;
}
