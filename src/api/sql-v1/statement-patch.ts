import { isDeepStrictEqual } from "node:util";
import { type Static, Type } from "@sinclair/typebox";
import { applyPatch, type Operation } from "rfc6902";
import { KeymoorError } from "../../errors.ts";
import type { Act } from "../../operations/act.ts";
import type { StatementChange } from "../../operations/statements.ts";
import { compileValidator } from "../validation.ts";
import {
  ChangedStatement,
  parseChangedStatement,
  type StatementRecord,
  statementBody,
} from "./statement-body.ts";

export const StatementPatch = Type.Array(
  Type.Object(
    {
      op: Type.Union([
        Type.Literal("add"),
        Type.Literal("remove"),
        Type.Literal("replace"),
        Type.Literal("test"),
      ]),
      path: Type.String({ maxLength: 512, description: "JSON pointer (RFC 6901)." }),
      value: Type.Optional(Type.Unknown({ description: "Not with `remove`." })),
    },
    { additionalProperties: false },
  ),
  {
    title: "StatementPatch",
    description:
      "JSON Patch (RFC 6902) on `/spec/stopped`, `/spec/principal`, `/spec/compute_pool_id` and `/metadata/labels`; `test` may look at every field.",
    minItems: 1,
    maxItems: 100,
    examples: [[{ op: "replace", path: "/spec/stopped", value: true }]],
  },
);

// One step below labels and no further: a pointer such as /metadata/labels/constructor/prototype/x leaves the object.
const mayChange = /^\/(spec\/(stopped|principal|compute_pool_id)|metadata\/labels(\/(?!__proto__$)[^/]+)?)$/;
const validate = compileValidator({ schema: ChangedStatement, httpPart: "body" });

/** The change that a JSON Patch of the stored statement means. */
export function parseStatementPatch(
  act: Act,
  collectionUrl: string,
  stored: StatementRecord,
  patch: Static<typeof StatementPatch>,
): StatementChange {
  for (const [index, { op, path }] of patch.entries()) {
    if (op === "test" || mayChange.test(path)) continue;
    throw new KeymoorError(
      "immutable_field",
      "The patch changes a field of a statement that never changes.",
      {
        hint: "Only /spec/stopped, /spec/principal, /spec/compute_pool_id and /metadata/labels do.",
        pointer: `/${index}/path`,
      },
    );
  }
  const patched = structuredClone(statementBody(act, collectionUrl, stored));
  for (const [index, operation] of patch.entries()) {
    const { op, path, value } = operation;
    if (op === "test") {
      if (!isDeepStrictEqual(valueAt(patched, path), value)) throw testFailed(index);
    } else if (!isApplied(patched, operation as Operation)) {
      throw notApplicable(index);
    }
  }
  const judged = validate(patched);
  if ("error" in judged) throw judged.error;
  return parseChangedStatement(act, stored, judged.value as Static<typeof ChangedStatement>);
}

/** The library throws where an earlier operation left no object, such as text in the place of the labels. */
function isApplied(patched: object, operation: Operation): boolean {
  try {
    return applyPatch(patched, [operation]).every((error) => error === null);
  } catch {
    // What the exception says may quote a value, so it is no cause for the log either.
    return false;
  }
}

/**
 * What a JSON pointer leads to; a value that no JSON has where it leads nowhere. Tests are not left to the library: it looks for
 * the shortest way from one list to the other, in steps that a long list makes too many for the stack.
 */
function valueAt(object: unknown, path: string): unknown {
  const [start, ...keys] = path.split("/");
  if (start !== "") return nothing;
  let value = object;
  for (const key of keys.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return nothing;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

const nothing = Symbol("no value");

function testFailed(index: number): KeymoorError {
  return new KeymoorError("resource_version_conflict", "A test of the patch does not hold.", {
    hint: "Read the statement again and repeat the change.",
    pointer: `/${index}`,
  });
}

function notApplicable(index: number): KeymoorError {
  return new KeymoorError(
    "invalid_request",
    "The patch cannot be applied: it names a field that the statement does not have.",
    { pointer: `/${index}` },
  );
}
