import { KeymoorError } from "../errors.ts";
import type { Definition } from "../sql/parse-definition.ts";
import { quoteName } from "../sql/quoting.ts";
import type { DefinedObject, DefinitionChange } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";

/** Longer than any catalog takes, and short enough for an index of any database. */
const longestName = 512;

/** The step that keeps what a definition names, for `dependants` of its connections. */
export function definitionStep(
  act: Act,
  statementName: string,
  { object, path, change, connections }: Definition,
  currentDatabase: string | undefined,
): Step {
  const nameOf = (parts: readonly string[]) => qualifiedName(act, object, parts, currentDatabase);
  const named = new Map(
    connections.map(({ name: { name }, namedBy }) => [
      `${namedBy} ${name}`,
      { connectionName: name, namedBy },
    ]),
  );
  return {
    do: "record_definition",
    object: { ...act.place, objectKind: object, objectName: nameOf(path) } satisfies DefinedObject,
    statementName,
    change: (change.kind === "rename"
      ? { kind: "rename", to: nameOf([...path.slice(0, -1), change.to]) }
      : change) satisfies DefinitionChange,
    named: [...named.values()],
  };
}

/** `database.name`, where the database is known; this environment's catalog goes without saying. */
function qualifiedName(
  act: Act,
  object: string,
  path: readonly string[],
  currentDatabase: string | undefined,
): string {
  const [first = ""] = path;
  const isHere = path.length === 3 && (first === act.environment.id || first === act.environment.name);
  const here = isHere ? path.slice(1) : path;
  const parts = here.length === 1 && currentDatabase ? [currentDatabase, ...here] : here;
  const name = parts.map(quoteName).join(".");
  if (name.length <= longestName) return name;
  throw new KeymoorError(
    "invalid_name",
    `The name of the ${object.toLowerCase()}, its database included, is longer than ${longestName} characters.`,
    { pointer: "/spec/statement" },
  );
}
