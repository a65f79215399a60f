import { KeymoorError } from "../errors.ts";
import { classify } from "../sql/classify.ts";
import { judgeSingle } from "../sql/expect-end.ts";
import { type NamedConnection, namedConnections } from "../sql/named-connections.ts";
import { parseDefinition } from "../sql/parse-definition.ts";
import { isUnbounded, runsOn } from "../sql/runs-on.ts";
import type { StatementRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";
import { definitionStep } from "./definition-step.ts";
import { judgeNameFree, keepStatement } from "./keep-statement.ts";
import { permitNamed } from "./name-connections.ts";
import { type StatementBase, type StatementEnd, statementRecord } from "./statement-record.ts";

const noEngine = "No engine is attached: Keymoor runs connection statements only.";
const recorded = "Recorded, not executed: no engine is attached.";

/**
 * Ends a statement that is for an engine: a definition is kept, once the connections that it names are judged; so is any
 * other where the setting is to record them, and else it fails. `acting` has the rights it runs with, `text` is not redacted.
 */
export async function endWithoutEngine(
  act: Act,
  acting: Act,
  base: StatementBase,
  text: string,
): Promise<StatementRecord> {
  if (classify(text) === "definition") {
    const definition = parseDefinition(text);
    const step = definitionStep(act, base.name, definition, base.properties["sql.current-database"]);
    const end: StatementEnd = { phase: "COMPLETED", detail: recorded };
    return await keepNaming(act, acting, base, definition.connections, end, [step]);
  }
  if (act.services.settings.statements === "refuse") {
    const failed = statementRecord(act, base, { phase: "FAILED", detail: noEngine });
    return await keepStatement(act, failed, { code: "no_engine" });
  }
  // The statements of a set have semicolons between them.
  if (base.sqlKind !== "STATEMENT_SET") judgeSingle(text);
  const end: StatementEnd = {
    phase: runsOn(base.sqlKind) ? "RUNNING" : "COMPLETED",
    detail: recorded,
    isBounded: !isUnbounded(base.sqlKind),
  };
  return await keepNaming(act, acting, base, namedConnections(text), end, []);
}

/** A connection that is not there is a failure of state, and the statement is kept with it (design 4). */
async function keepNaming(
  act: Act,
  acting: Act,
  base: StatementBase,
  named: readonly NamedConnection[],
  end: StatementEnd,
  more: readonly Step[],
): Promise<StatementRecord> {
  const { names, find } = permitNamed(acting, named);
  await judgeNameFree(act, base.name);
  try {
    await find();
  } catch (error) {
    if (!(error instanceof KeymoorError) || error.code !== "connection_not_found") throw error;
    const failed: StatementEnd = { phase: "FAILED", detail: error.sentence, connectionRefs: names };
    return await keepStatement(act, statementRecord(act, base, failed), { code: error.code });
  }
  return await keepStatement(act, statementRecord(act, base, { ...end, connectionRefs: names }), { more });
}
