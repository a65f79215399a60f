import { callerHolds } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import { runsOn } from "../sql/runs-on.ts";
import type { ResultRow, StatementRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { type Act, scopeOf } from "./act.ts";
import { callerFor } from "./create-statement.ts";
import { identityFor } from "./describe-connection.ts";
import { identityTitle, pairs } from "./description-row.ts";
import { judgeComputePool } from "./judge-compute-pool.ts";
import type { Operation } from "./operation.ts";
import { judgeTotalSize } from "./statement-size.ts";

export const getStatement: Operation<{ readonly name: string }, StatementRecord> = {
  name: "statement.get",
  right: "statement:run",
  kind: "read",
  about: ({ name }) => ({ kind: "statement", name }),
  run: (act, { name }) => findStatement(act, name),
};

export interface ListStatements {
  readonly computePoolId: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Statements of one region, in byte order of name. */
export const listStatements: Operation<ListStatements, Page<StatementRecord>> = {
  name: "statement.list",
  right: "statement:run",
  kind: "read",
  about: () => undefined,
  run: (act, { computePoolId, labels, after, limit }) =>
    act.services.store.read.statements(
      {
        environmentId: act.place.environmentId,
        in: { cloud: act.place.cloud, region: act.place.region },
        labels,
        ...(computePoolId === undefined ? {} : { computePoolId }),
      },
      after,
      limit,
    ),
};

export interface RecentStatements {
  /** Whose rights they ran with; absent: the caller's. */
  readonly principal: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** What one principal ran in one region, newest first. */
export const recentStatements: Operation<RecentStatements, Page<StatementRecord>> = {
  name: "statement.list",
  right: "statement:run",
  kind: "read",
  about: () => undefined,
  run: ({ services, place, caller }, { principal = caller.principal, after, limit }) =>
    services.store.read.recentStatements(place, principal, after, limit),
};

export interface StatementChange {
  /** `true` stops, `false` resumes. */
  readonly stopped: boolean;
  readonly principal: string | undefined;
  readonly computePoolId: string | undefined;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly expectedResourceVersion: number | undefined;
  readonly expectedUid: string | undefined;
  /** When sent, they must be the stored ones. */
  readonly statement: string | undefined;
  readonly properties: Readonly<Record<string, string>> | undefined;
}

/** Stops or resumes a statement, or changes its principal, pool or labels. Its text never changes. */
export const updateStatement: Operation<
  { readonly name: string; readonly change: (stored: StatementRecord) => StatementChange },
  StatementRecord
> = {
  name: "statement.update",
  right: "statement:run",
  kind: "change",
  about: ({ name }) => ({ kind: "statement", name }),
  run: async (act, input) => {
    const stored = await findStatement(act, input.name);
    await judgeOwner(act, stored);
    const change = input.change(stored);
    judgeChange(stored, change);
    if (change.labels !== undefined) judgeTotalSize("labels", change.labels);
    const principal =
      change.principal === undefined || change.principal === "" ? stored.principal : change.principal;
    if (principal !== stored.principal) await callerFor(act, principal);
    if (change.computePoolId !== stored.computePoolId) await judgeComputePool(act, change.computePoolId);
    const changed = {
      stopped: change.stopped,
      phase: phaseAfter(stored, change.stopped),
      principal,
      computePoolId: change.computePoolId === undefined ? stored.computePoolId : change.computePoolId || null,
      labels: change.labels ?? stored.labels,
    };
    await act.services.store.write([
      {
        do: "update_statement",
        uid: stored.uid,
        expectedResourceVersion: stored.resourceVersion,
        change: changed,
        updatedAt: act.at,
      },
      act.audit({ kind: "statement", name: stored.name }),
    ]);
    return { ...stored, ...changed, resourceVersion: stored.resourceVersion + 1, updatedAt: act.at };
  },
};

export const deleteStatement: Operation<{ readonly name: string }, void> = {
  name: "statement.delete",
  right: "statement:run",
  kind: "change",
  about: ({ name }) => ({ kind: "statement", name }),
  run: async (act, { name }) => {
    const stored = await findStatement(act, name);
    await judgeOwner(act, stored);
    await act.services.store.write([
      { do: "delete_statement", uid: stored.uid },
      act.audit({ kind: "statement", name }),
    ]);
  },
};

export interface StatementResults {
  readonly statement: StatementRecord;
  readonly rows: readonly ResultRow[];
  /** Offset of the next page; undefined at the end. */
  readonly next: number | undefined;
}

const rowsPerPage = 1000;

/** Rows of a statement's result from `offset`, at most `rowsPerPage`. */
export const statementResults: Operation<
  { readonly name: string; readonly offset: number },
  StatementResults
> = {
  name: "statement.results",
  right: "statement:run",
  kind: "read",
  about: ({ name }) => ({ kind: "statement", name }),
  run: async (act, { name, offset }) => {
    const statement = await findStatement(act, name);
    const { rows, total } = await act.services.store.read.statementRows(
      statement.environmentId,
      name,
      offset,
      rowsPerPage,
    );
    const end = offset + rows.length;
    return {
      statement,
      rows: await withIdentity(act, statement, rows),
      next: end < total ? end : undefined,
    };
  },
};

/** Identifying values are sealed and stand in no stored row: they are opened for the one who reads it, if he may rotate. */
async function withIdentity(
  act: Act,
  { traits }: StatementRecord,
  rows: readonly ResultRow[],
): Promise<readonly ResultRow[]> {
  const [name] = traits?.connectionRefs ?? [];
  const at = (traits?.columns ?? []).findIndex((column) => column.name === identityTitle);
  if (at < 0 || name === undefined) return rows;
  const connection = await act.services.store.read.connection(act.place, name);
  const identity = connection === undefined ? undefined : await identityFor(act, connection);
  return rows.map((row) => row.with(at, identity === undefined ? null : pairs(identity)));
}

/** One's own, or anyone's for those who manage connections; else it takes the right to act as its principal. */
async function judgeOwner(act: Act, stored: StatementRecord): Promise<void> {
  const isOwn = stored.principal === act.caller.principal || stored.createdBy === act.caller.principal;
  if (!isOwn && !callerHolds(act.caller, "connection:manage", scopeOf(act)))
    await callerFor(act, stored.principal);
}

async function findStatement(act: Act, name: string): Promise<StatementRecord> {
  const { environmentId, cloud, region } = act.place;
  const statement = await act.services.store.read.statement(environmentId, name);
  if (statement !== undefined && statement.cloud === cloud && statement.region === region) return statement;
  throw new KeymoorError(
    "statement_not_found",
    `There is no statement of this name in ${cloud}.${region} of this environment.`,
  );
}

function judgeChange(stored: StatementRecord, change: StatementChange): void {
  if (change.expectedUid !== undefined && change.expectedUid !== stored.uid) {
    throw new KeymoorError("contradiction", `The uid is not that of statement "${stored.name}".`, {
      hint: "Another statement of this name was created since it was read. Read it again.",
      pointer: "/metadata/uid",
    });
  }
  const expected = change.expectedResourceVersion;
  if (expected !== undefined && expected !== stored.resourceVersion) {
    throw new KeymoorError(
      "resource_version_conflict",
      `Statement "${stored.name}" was changed since it was read.`,
      {
        hint: "Read it again and repeat the change.",
        pointer: "/metadata/resource_version",
      },
    );
  }
  if (change.statement !== undefined && change.statement !== stored.statement) {
    throw new KeymoorError("immutable_field", `The text of statement "${stored.name}" cannot be changed.`, {
      hint: "Create another statement.",
      pointer: "/spec/statement",
    });
  }
  if (change.properties !== undefined && !isSame(change.properties, stored.properties)) {
    throw new KeymoorError(
      "immutable_field",
      `The properties of statement "${stored.name}" cannot be changed.`,
      {
        hint: "Create another statement.",
        pointer: "/spec/properties",
      },
    );
  }
}

function isSame(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(one);
  return keys.length === Object.keys(other).length && keys.every((key) => one[key] === other[key]);
}

/**
 * A statement that ended is COMPLETED again when resumed, one that was recorded as running is RUNNING; one that failed stays
 * FAILED (contract/terraform.md 4).
 */
function phaseAfter({ phase, traits }: StatementRecord, stopped: boolean): string {
  if (phase === "FAILED") return "FAILED";
  if (stopped) return "STOPPED";
  return runsOn(traits?.sqlKind ?? "") ? "RUNNING" : "COMPLETED";
}
