import type { ResultRow, StatementRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";

/** What a statement that ran has to show. */
export interface StatementOutcome {
  readonly detail: string;
  readonly columns: readonly string[];
  readonly rows: readonly ResultRow[];
  /** Names of the connections it is about. */
  readonly connectionRefs: readonly string[];
}

export interface StatementBase {
  readonly name: string;
  /** Redacted. */
  readonly statement: string;
  /** Redacted. */
  readonly properties: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly computePoolId: string | undefined;
  readonly principal: string;
  readonly sqlKind: string;
}

/** How a POST leaves a statement. */
export interface StatementEnd extends Partial<StatementOutcome> {
  readonly phase: "COMPLETED" | "FAILED" | "RUNNING";
  readonly detail: string;
  /** By default it is. */
  readonly isBounded?: boolean;
}

/** The statement as it is stored. */
export function statementRecord(act: Act, base: StatementBase, end: StatementEnd): StatementRecord {
  const { sqlKind, computePoolId, ...rest } = base;
  return {
    ...act.place,
    ...rest,
    uid: crypto.randomUUID(),
    computePoolId: computePoolId ?? null,
    stopped: false,
    phase: end.phase,
    detail: end.detail,
    traits: {
      sqlKind,
      isBounded: end.isBounded ?? true,
      isAppendOnly: true,
      columns: (end.columns ?? []).map((name) => ({ name, type: "VARCHAR" })),
      connectionRefs: end.connectionRefs ?? [],
    },
    resourceVersion: 1,
    createdAt: act.at,
    createdBy: act.caller.principal,
    updatedAt: act.at,
  };
}

/** The statement's row with its own event: it says which statement made the change that it stands beside. */
export function statementSteps(
  act: Act,
  record: StatementRecord,
  outcome: StatementOutcome,
): readonly Step[] {
  return [
    { do: "require_environment", id: record.environmentId },
    { do: "insert_statement", record, rows: outcome.rows },
    act.audit({ kind: "statement", name: record.name }),
  ];
}
