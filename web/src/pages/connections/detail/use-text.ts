import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { shellWord } from "../snippets/shell-word.ts";
import { sqlName } from "../snippets/sql-text.ts";

interface Used {
  readonly type: ConnectionType;
  readonly name: string;
  /** Origin of the region's API. */
  readonly url: string;
}

/** What SQL makes of a connection: a model of a model service, a tool of an API, a table of the rest. */
export function definitionText({ type, name }: Used): { readonly what: string; readonly code: string } {
  const option = `'${type.name}.connection' = '${name}'`;
  switch (type.group) {
    case "model":
      return {
        what: "a model",
        code: `CREATE MODEL my_model\nINPUT (text STRING)\nOUTPUT (answer STRING)\nWITH (\n  'provider' = '${type.name}',\n  'task' = 'text_generation',\n  ${option}\n);`,
      };
    case "vector_store":
    case "database":
      return {
        what: "a table",
        code: `CREATE TABLE my_table (\n  id STRING,\n  title STRING\n) WITH (\n  'connector' = '${type.name}',\n  ${option}\n);`,
      };
    case "api":
      return {
        what: "a tool",
        code: `CREATE TOOL my_tool\nUSING CONNECTION ${sqlName(name)}\nWITH (\n  'type' = '${type.name}'\n);`,
      };
  }
}

export function tokenText({ name }: Used): string {
  return `export USE_TOKEN=$(keymoor token create --name ${shellWord(`for-${name}`)} --connection ${shellWord(name)})`;
}

/** Base URL for a client of the service. */
export function callUrl({ name, url }: Used): string {
  return `${url}/c/${encodeURIComponent(name)}`;
}

export function curlCallText(used: Used): string {
  return `curl -sS ${shellWord(callUrl(used) + examplePath(used.type))} -H "Authorization: Bearer $USE_TOKEN"`;
}

export function javascriptText(used: Used): string {
  return `const answer = await fetch(${JSON.stringify(callUrl(used) + examplePath(used.type))}, {
  headers: { authorization: \`Bearer \${process.env.USE_TOKEN}\` },
});
console.log(answer.status, await answer.text());`;
}

/** A path that may stand behind the connection's name: the shortest of the listed ones, which only reads if any does. */
function examplePath({ call }: ConnectionType): string {
  if (call.kind === "below") return "/";
  const [first = ""] = [...(call.operations ?? [])].sort((one, other) => one.length - other.length);
  return first;
}
