import { joinKey, pageOf, splitKey } from "./page.ts";
import { all, first, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type { Place, ResultRow, StatementRecord } from "./records.ts";
import type { StatementRow } from "./schema.ts";
import { rowsPerChunk } from "./statement-steps.ts";
import type { Page, Reads } from "./store.ts";
import { tallyTotal } from "./tally.ts";

type Filter = Parameters<Reads["statements"]>[0];

export function* statement(environmentId: string, name: string): Work<StatementRecord | undefined> {
  const row = yield* first(statementByName, { environmentId, name });
  return row === undefined ? undefined : toRecord(row);
}

export function* statements(
  filter: Filter,
  after: string | undefined,
  limit: number,
): Work<Page<StatementRecord>> {
  const labels = Object.entries(filter.labels ?? {});
  const shape = {
    more: after !== undefined,
    byPool: filter.computePoolId !== undefined,
    labels: labels.length,
  };
  const values: PageValues = {
    environmentId: filter.environmentId,
    ...filter.in,
    computePoolId: filter.computePoolId ?? "",
    after: after ?? "",
    limit: limit + 1,
    ...Object.fromEntries(
      labels.flatMap(([key, value], i) => [
        [`key${i}`, key],
        [`value${i}`, value],
      ]),
    ),
  };
  const rows = yield* all(statementPage(shape), values);
  return pageOf(rows.map(toRecord), limit, yield* totalOf(filter, shape, values), ({ name }) => name);
}

export function* recentStatements(
  { environmentId, cloud, region }: Place,
  principal: string,
  after: string | undefined,
  limit: number,
): Work<Page<StatementRecord>> {
  const [afterAt = "", afterUid = ""] = splitKey(after, 2) ?? [];
  const values: RecentValues = {
    ...{ environmentId, cloud, region, principal, afterAt, afterUid },
    limit: limit + 1,
  };
  const rows = yield* all(recentPage({ more: after !== undefined }), values);
  return pageOf(rows.map(toRecord), limit, undefined, ({ createdAt, uid }) => joinKey([createdAt, uid]));
}

export function* statementRows(
  environmentId: string,
  name: string,
  offset: number,
  limit: number,
): Work<{ readonly rows: readonly ResultRow[]; readonly total: number }> {
  const stored = yield* first(statementByName, { environmentId, name });
  if (stored === undefined) return { rows: [], total: 0 };
  const from = Math.floor(offset / rowsPerChunk);
  const to = Math.floor((offset + limit) / rowsPerChunk);
  const chunks = yield* all(chunksBetween, { uid: stored.uid, from, to });
  const start = offset - from * rowsPerChunk;
  const rows = chunks.flatMap((chunk) => chunk.rows).slice(start, start + limit);
  return { rows, total: stored.rowCount };
}

/** Labels are the one filter that nothing keeps count of; counting costs as much as there are matches. */
function* totalOf(filter: Filter, shape: Shape, values: PageValues): Work<number> {
  if (shape.labels > 0) {
    return Number((yield* first(statementCount({ ...shape, more: false }), values))?.total ?? 0);
  }
  return yield* tallyTotal({
    kind: "statement",
    owner: filter.environmentId,
    in: filter.in,
    ...(filter.computePoolId === undefined ? {} : { label: filter.computePoolId }),
  });
}

function toRecord({ rowCount: _, ...record }: StatementRow): StatementRecord {
  return record;
}

interface Shape {
  readonly more: boolean;
  readonly byPool: boolean;
  readonly labels: number;
}

interface PageValues extends Readonly<Record<string, string | number>> {
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  readonly computePoolId: string;
  readonly after: string;
  readonly limit: number;
}

const statementByName = query((db, value: Placeholders<{ environmentId: string; name: string }>) =>
  db
    .selectFrom("statement")
    .selectAll()
    .where("environmentId", "=", value("environmentId"))
    .where("name", "=", value("name")),
);

const statementPage = queryFamily((shape: Shape) =>
  query((db, value: Placeholders<PageValues>) =>
    matching(db, value, shape).selectAll().orderBy("name").limit(value("limit")),
  ),
);

interface RecentValues extends Readonly<Record<string, string | number>> {
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  readonly principal: string;
  readonly afterAt: string;
  readonly afterUid: string;
  readonly limit: number;
}

const recentPage = queryFamily(({ more }: { readonly more: boolean }) =>
  query((db, value: Placeholders<RecentValues>) => {
    const found = db
      .selectFrom("statement")
      .selectAll()
      .where("environmentId", "=", value("environmentId"))
      .where("cloud", "=", value("cloud"))
      .where("region", "=", value("region"))
      .where("principal", "=", value("principal"));
    const rest = more
      ? found.where(({ eb, refTuple, tuple }) =>
          eb(refTuple("createdAt", "uid"), "<", tuple(value("afterAt"), value("afterUid"))),
        )
      : found;
    return rest.orderBy("createdAt", "desc").orderBy("uid", "desc").limit(value("limit"));
  }),
);

const statementCount = queryFamily((shape: Shape) =>
  query((db, value: Placeholders<PageValues>) =>
    matching(db, value, shape).select(({ fn }) => fn.countAll().as("total")),
  ),
);

function matching(
  db: Parameters<Parameters<typeof query>[0]>[0],
  value: Placeholders<PageValues>,
  { more, byPool, labels }: Shape,
) {
  let found = db
    .selectFrom("statement")
    .where("environmentId", "=", value("environmentId"))
    .where("cloud", "=", value("cloud"))
    .where("region", "=", value("region"));
  if (byPool) found = found.where("computePoolId", "=", value("computePoolId"));
  if (more) found = found.where("name", ">", value("after"));
  for (let i = 0; i < labels; i++) {
    found = found.where("uid", "in", (inner) =>
      inner
        .selectFrom("statementLabel")
        .select("statementUid")
        .where("key", "=", value(`key${i}`) as string)
        .where("value", "=", value(`value${i}`) as string),
    );
  }
  return found;
}

const chunksBetween = query((db, value: Placeholders<{ uid: string; from: number; to: number }>) =>
  db
    .selectFrom("statementChunk")
    .select("rows")
    .where("statementUid", "=", value("uid"))
    .where("chunk", ">=", value("from"))
    .where("chunk", "<=", value("to"))
    .orderBy("chunk"),
);
