import { KeymoorError } from "../errors.ts";
import { insertNew } from "./access-steps.ts";
import { deleteDependants } from "./dependant-steps.ts";
import { change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { ResultRow } from "./records.ts";
import type { StatementChunkRow, StatementLabelRow, StatementRow } from "./schema.ts";
import type { Step } from "./store.ts";
import { addToTally } from "./tally.ts";

export const rowsPerChunk = 100;

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

export function* insertStatement({ record, rows }: StepOf<"insert_statement">): Work<void> {
  const what = `Statement "${record.name}" in environment "${record.environmentId}"`;
  yield* insertNew(insertRow, { ...record, rowCount: rows.length }, what, "statement_already_exists");
  yield* insertRows(record.uid, rows);
  yield* insertLabels(record.uid, record.labels);
  yield* addToTally(tallyOf(record, 1));
}

export function* updateStatement(step: StepOf<"update_statement">): Work<void> {
  const { uid, expectedResourceVersion } = step;
  const stored = yield* find(uid);
  if (stored.resourceVersion !== expectedResourceVersion) {
    throw new KeymoorError(
      "resource_version_conflict",
      `Statement "${stored.name}" was changed by someone else.`,
      {
        hint: "Read it again and repeat the change.",
      },
    );
  }
  const changed = {
    ...stored,
    ...step.change,
    updatedAt: step.updatedAt,
    resourceVersion: expectedResourceVersion + 1,
  };
  yield* change(updateRow, changed);
  if (step.change.labels !== undefined) {
    yield* change(deleteLabels, { uid });
    yield* insertLabels(uid, step.change.labels);
  }
  if (changed.computePoolId !== stored.computePoolId) {
    yield* addToTally(tallyOf(stored, -1));
    yield* addToTally(tallyOf(changed, 1));
  }
}

export function* deleteStatement({ uid }: StepOf<"delete_statement">): Work<void> {
  const stored = yield* find(uid);
  yield* change(deleteRow, { uid });
  yield* change(deleteLabels, { uid });
  yield* change(deleteChunks, { uid });
  yield* deleteDependants(stored.environmentId, stored.name);
  yield* addToTally(tallyOf(stored, -1));
}

/** By uid, because another of the same name may have taken its place. */
function* find(uid: string): Work<StatementRow> {
  const stored = yield* first(statementByUid, { uid });
  if (stored !== undefined) return stored;
  throw new KeymoorError("statement_not_found", "The statement does not exist any more.");
}

function* insertRows(statementUid: string, rows: readonly ResultRow[]): Work<void> {
  for (let start = 0; start < rows.length; start += rowsPerChunk) {
    const chunk = start / rowsPerChunk;
    yield* change(insertChunk, { statementUid, chunk, rows: rows.slice(start, start + rowsPerChunk) });
  }
}

function* insertLabels(statementUid: string, labels: Readonly<Record<string, string>>): Work<void> {
  for (const [key, value] of Object.entries(labels)) yield* change(insertLabel, { statementUid, key, value });
}

type TallyKeys = Pick<StatementRow, "environmentId" | "cloud" | "region" | "computePoolId">;

function tallyOf({ environmentId, cloud, region, computePoolId }: TallyKeys, total: number) {
  return {
    kind: "statement",
    owner: environmentId,
    cloud,
    region,
    label: computePoolId ?? "",
    total,
  } as const;
}

const statementByUid = query((db, value: Placeholders<{ uid: string }>) =>
  db.selectFrom("statement").selectAll().where("uid", "=", value("uid")),
);

const insertRow = query((db, value: Placeholders<StatementRow>) =>
  db
    .insertInto("statement")
    .values(
      each(value, [
        "uid",
        "environmentId",
        "cloud",
        "region",
        "name",
        "statement",
        "properties",
        "computePoolId",
        "principal",
        "stopped",
        "phase",
        "detail",
        "traits",
        "labels",
        "resourceVersion",
        "rowCount",
        "createdAt",
        "createdBy",
        "updatedAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const updateRow = query((db, value: Placeholders<StatementRow>) =>
  db
    .updateTable("statement")
    .set(
      each(value, [
        "stopped",
        "phase",
        "detail",
        "principal",
        "computePoolId",
        "labels",
        "properties",
        "updatedAt",
        "resourceVersion",
      ]),
    )
    .where("uid", "=", value("uid")),
);

const deleteRow = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("statement").where("uid", "=", value("uid")),
);

const insertChunk = query((db, value: Placeholders<StatementChunkRow>) =>
  db.insertInto("statementChunk").values(each(value, ["statementUid", "chunk", "rows"])),
);

const deleteChunks = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("statementChunk").where("statementUid", "=", value("uid")),
);

const insertLabel = query((db, value: Placeholders<StatementLabelRow>) =>
  db.insertInto("statementLabel").values(each(value, ["statementUid", "key", "value"])),
);

const deleteLabels = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("statementLabel").where("statementUid", "=", value("uid")),
);
