import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { asKeymoorError } from "../errors.ts";
import { classify } from "./classify.ts";
import type { ConnectionStatement } from "./connection-statement.ts";
import { isConnectionStatement } from "./is-connection-statement.ts";
import { type NamedConnection, namedConnections } from "./named-connections.ts";
import { parseConnectionStatement } from "./parse-connection-statement.ts";
import { parseDefinition } from "./parse-definition.ts";
import { printConnectionStatement } from "./print-connection-statement.ts";
import { redact } from "./redact.ts";
import { sqlKind } from "./sql-kind.ts";
import { vocabulary } from "./vocabulary.fixture.ts";

// Each file is a statement, a line of dashes, its redaction, a line of dashes, and what is understood of it.
// A new example needs only the statement: `vitest -u` writes the rest, to be read before it is kept.
const folder = fileURLToPath(new URL("examples/", import.meta.url));
const files = readdirSync(folder);
const dashes = `\n${"-".repeat(40)}\n`;

describe.each(files)("the example %s", (file) => {
  const [statement = ""] = readFileSync(folder + file, "utf8").split(dashes);

  test("is redacted and understood as its file says", async () => {
    const parts = [statement, redact(statement, vocabulary), understood(statement)];
    await expect(`${parts.join(dashes)}\n`).toMatchFileSnapshot(folder + file);
  });

  test("is the same when it is printed and parsed again", () => {
    const tree = parse(statement);
    if (tree === undefined) return;
    const printed = printConnectionStatement(tree);
    expect(withoutPlaces(parseConnectionStatement(printed, vocabulary))).toEqual(withoutPlaces(tree));
    expect(printConnectionStatement(parseConnectionStatement(printed, vocabulary))).toBe(printed);
  });
});

function understood(statement: string): string {
  const isOurs = isConnectionStatement(statement);
  const facts = `${sqlKind(statement)}, masked as ${classify(statement)}${isOurs ? "" : ", for an engine"}`;
  try {
    const tree = isOurs ? withoutPlaces(parseConnectionStatement(statement, vocabulary)) : namedIn(statement);
    return tree === undefined ? facts : `${facts}\n${JSON.stringify(tree, undefined, 2)}`;
  } catch (error) {
    const { code, sentence } = asKeymoorError(error);
    return `${facts}\n${code}: ${sentence}`;
  }
}

/** What a statement for an engine defines, and which connections it names. */
function namedIn(statement: string): unknown {
  if (classify(statement) === "definition") {
    const { connections, ...definition } = parseDefinition(statement);
    return { ...definition, connections: connections.map(withoutPlace) };
  }
  const connections = namedConnections(statement);
  return connections.length === 0 ? undefined : { connections: connections.map(withoutPlace) };
}

function withoutPlace({ name, namedBy }: NamedConnection): unknown {
  return { ...name, position: undefined, namedBy };
}

function parse(statement: string): ConnectionStatement | undefined {
  try {
    return parseConnectionStatement(statement, vocabulary);
  } catch {
    return undefined;
  }
}

/** The tree without positions, its values in clear. */
function withoutPlaces(statement: ConnectionStatement): unknown {
  const tree: Record<string, unknown> = { ...statement };
  if ("name" in statement) tree.name = { ...statement.name, position: undefined };
  if ("options" in statement) {
    tree.options = Object.fromEntries(statement.options.map(({ key, value }) => [key, value.reveal()]));
  }
  return tree;
}
