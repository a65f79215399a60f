import { type Caller, callerHolds } from "../access/caller.ts";
import { mayAssign } from "../access/rights.ts";
import { isName } from "../connections/connection-name.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import { isConnectionStatement } from "../sql/is-connection-statement.ts";
import { parseConnectionStatement } from "../sql/parse-connection-statement.ts";
import { redact } from "../sql/redact.ts";
import { redactProperties } from "../sql/redact-properties.ts";
import { sqlKind } from "../sql/sql-kind.ts";
import type { StatementRecord } from "../storage/records.ts";
import { type Act, createAct, scopeOf } from "./act.ts";
import { endWithoutEngine } from "./end-without-engine.ts";
import { asNameTaken, judgeNameFree, keepStatement } from "./keep-statement.ts";
import type { Operation } from "./operation.ts";
import { judgeCatalog, runConnectionStatement } from "./run-connection-statement.ts";
import { statementRecord, statementSteps } from "./statement-record.ts";
import { judgeTotalSize } from "./statement-size.ts";

export interface CreateStatement {
  readonly name: string;
  readonly statement: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly computePoolId: string | undefined;
  /** Whose rights it runs with; absent: the caller's. */
  readonly principal: string | undefined;
}

/** Length that Confluent's contract allows, in UTF-16 units (contract/confluent.md 7). */
const longestStatement = 131_072;

/** Failures of state end FAILED; every other failure refuses the statement, and nothing of it is kept (design 4). */
const failuresOfState = new Set([
  "resource_already_exists",
  "connection_not_found",
  "resource_version_conflict",
]);

/** Takes a statement, redacts it, and runs it inside this request when it is about connections; the others are for an engine. */
export const createStatement: Operation<CreateStatement, StatementRecord> = {
  name: "statement.create",
  right: "statement:run",
  kind: "change",
  about: ({ name }) => ({ kind: "statement", name }),
  run: async (act, input) => {
    judgeStatementName(input.name);
    if (input.statement.length > longestStatement) {
      throw new KeymoorError(
        "statement_too_long",
        `A statement has at most ${longestStatement} characters.`,
        {
          pointer: "/spec/statement",
        },
      );
    }
    judgeTotalSize("properties", input.properties);
    judgeTotalSize("labels", input.labels);
    const principal =
      input.principal === undefined || input.principal === "" ? act.caller.principal : input.principal;
    judgeCatalog(act, input.properties["sql.current-catalog"]);
    const acting = createAct({ ...act, caller: await callerFor(act, principal) });
    const base = {
      name: input.name,
      statement: redact(input.statement, act.services.vocabulary),
      properties: redactProperties(input.properties),
      labels: input.labels,
      computePoolId: input.computePoolId === "" ? undefined : input.computePoolId,
      principal,
      sqlKind: sqlKind(input.statement),
    };
    if (!isConnectionStatement(input.statement)) {
      return await endWithoutEngine(act, acting, base, input.statement);
    }
    const parsed = parseConnectionStatement(input.statement, act.services.vocabulary);
    await judgeNameFree(act, input.name);
    try {
      return await runConnectionStatement(acting, parsed, (outcome) => {
        const record = statementRecord(act, base, { phase: "COMPLETED", ...outcome });
        return { record, steps: statementSteps(act, record, outcome) };
      });
    } catch (error) {
      const known = asKeymoorError(error);
      if (!failuresOfState.has(known.code)) throw asNameTaken(error, input.name);
      const failed = statementRecord(act, base, { phase: "FAILED", detail: known.sentence });
      return await keepStatement(act, failed, { code: known.code });
    }
  },
};

function judgeStatementName(name: string): void {
  if (isName(name)) return;
  throw new KeymoorError("invalid_name", "This is not a name for a statement.", {
    hint: "Use up to 100 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.",
    pointer: "/name",
  });
}

/**
 * The caller of a statement. Another principal needs an admin role here, or Assigner on that service account, and the
 * statement then runs with the lesser of both rights (design 6).
 */
export async function callerFor(act: Act, principal: string): Promise<Caller> {
  const { caller, environment, services } = act;
  if (principal === caller.principal) return caller;
  const isAdmin = callerHolds(caller, "access:manage", scopeOf(act));
  const isAssigner = caller.bindings.every((bindings) =>
    mayAssign(bindings, principal, environment.organizationId),
  );
  const other = isAdmin || isAssigner ? await services.access.principal(principal) : undefined;
  if (other === undefined) {
    throw new KeymoorError(
      "user_unauthorized",
      "The principal does not exist, or you may not run statements as it.",
      {
        hint: "It takes an admin role in this environment, or Assigner on the service account.",
        pointer: "/spec/principal",
      },
    );
  }
  return { ...caller, bindings: [...caller.bindings, other.bindings] };
}
