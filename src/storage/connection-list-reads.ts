import { type SelectQueryBuilder, sql } from "kysely";
import { toRecord } from "./connection-reads.ts";
import { joinKey, pageOf, splitKey } from "./page.ts";
import { all, first, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type { ConnectionRecord, StatusPhase } from "./records.ts";
import type { ConnectionRow, Schema } from "./schema.ts";
import type { ConnectionListFilter, ConnectionOrder, Page } from "./store.ts";
import { tallyTotal } from "./tally.ts";

/** No list is counted further: what no tally is kept of has to be looked at. */
const mostCounted = 1000;

/** Each has an index that begins with the environment and goes on with these, so that a page is read where it begins. */
const orders = {
  name: ["name", "cloud", "region"],
  type: ["type", "name", "cloud", "region"],
  status: ["statusPhase", "name", "cloud", "region"],
  created_at: ["createdAt", "uid"],
  rotated_at: ["rotatedAt", "uid"],
  last_used_at: ["lastUsedAt", "createdAt", "uid"],
} as const satisfies Record<ConnectionOrder["by"], readonly (keyof ConnectionRow)[]>;

export function* connections(
  filter: ConnectionListFilter,
  after: string | undefined,
  limit: number,
): Work<Page<ConnectionRecord>> {
  const shape = shapeOf(filter, after !== undefined);
  const columns = keyOf(shape);
  const values = { ...valuesOf(filter), ...numbered("after", splitKey(after, columns.length)) };
  const rows = yield* all(page(shape), { ...values, limit: limit + 1 });
  const isWhole = after === undefined && rows.length <= limit;
  const total = isWhole ? rows.length : yield* totalOf(filter, shape, values);
  const { items, next } = pageOf(rows, limit, total, (row) => joinKey(columns.map((column) => row[column])));
  return { items: items.map(toRecord), next, totalSize: total };
}

function* totalOf(filter: ConnectionListFilter, shape: Shape, values: Values): Work<number | undefined> {
  const { environmentId, in: place = {}, types } = filter;
  if (shape.search || shape.phases > 0) {
    const { total = 0 } = (yield* first(count({ ...shape, more: false }), values)) ?? {};
    return Number(total) > mostCounted ? undefined : Number(total);
  }
  const tally = { kind: "connection", owner: environmentId, in: place } as const;
  if (types === undefined) return yield* tallyTotal(tally);
  let total = 0;
  for (const label of new Set(types)) total += yield* tallyTotal({ ...tally, label });
  return total;
}

/** What tells the queries of lists apart; few, so that each is compiled once. */
interface Shape {
  readonly by: ConnectionOrder["by"];
  readonly isDescending: boolean;
  readonly more: boolean;
  readonly cloud: boolean;
  readonly region: boolean;
  /** How many there is room for. */
  readonly types: number;
  readonly phases: number;
  readonly search: boolean;
}

function shapeOf(filter: ConnectionListFilter, more: boolean): Shape {
  const { in: place = {}, types, phases, search, order } = filter;
  return {
    by: order?.by ?? "name",
    isDescending: order?.isDescending ?? false,
    more,
    cloud: place.cloud !== undefined,
    region: place.region !== undefined,
    types: types === undefined ? 0 : roomFor(types.length),
    phases: phases === undefined ? 0 : roomFor(phases.length),
    search: search !== undefined,
  };
}

/** Columns that say where a page ends; those that the filter fixes say nothing. */
function keyOf({ by, cloud, region }: Shape): readonly KeyColumn[] {
  return orders[by].filter((column) => !((column === "cloud" && cloud) || (column === "region" && region)));
}

type KeyColumn = (typeof orders)[keyof typeof orders][number];

interface Values {
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  readonly search: string;
  readonly [type: `type${number}`]: string;
  readonly [phase: `phase${number}`]: StatusPhase;
  readonly [after: `after${number}`]: string;
}

function valuesOf({ environmentId, in: place = {}, types, phases, search }: ConnectionListFilter): Values {
  return {
    environmentId,
    cloud: place.cloud ?? "",
    region: place.region ?? "",
    search: search === undefined ? "" : patternOf(search),
    ...numbered("type", filled(types)),
    ...numbered("phase", filled(phases)),
  };
}

/** Databases agree on the case of ASCII and on no other. */
function patternOf(search: string): string {
  const lower = search.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
  return `%${lower.replace(/[\\%_]/g, "\\$&")}%`;
}

/** A list of any length in a query for one of the next power of two: its last value stands there more than once. */
function filled<Value>(listed: readonly Value[] = []): readonly Value[] {
  const last = listed.slice(-1);
  return [
    ...listed,
    ...Array(roomFor(listed.length) - listed.length)
      .fill(last)
      .flat(),
  ] as readonly Value[];
}

function roomFor(length: number): number {
  return length === 0 ? 0 : 2 ** Math.ceil(Math.log2(length));
}

function numbered<Name extends string, Value>(
  name: Name,
  listed: readonly Value[] = [],
): Record<`${Name}${number}`, Value> {
  const entries = listed.map((value, index) => [`${name}${index}`, value]);
  return Object.fromEntries(entries) as Record<`${Name}${number}`, Value>;
}

function names<Name extends string>(name: Name, count: number): readonly `${Name}${number}`[] {
  return Array.from({ length: count }, (_, index) => `${name}${index}` as const);
}

const page = queryFamily((shape: Shape) =>
  query((db, value: Placeholders<Values & { readonly limit: number }>) => {
    const direction = shape.isDescending ? "desc" : "asc";
    const found = filtered(db.selectFrom("connection").selectAll(), shape, value);
    return keyOf(shape)
      .reduce((rest, column) => rest.orderBy(column, direction), found)
      .limit(value("limit"));
  }),
);

const count = queryFamily((shape: Shape) =>
  query((db, value: Placeholders<Values>) => {
    const counted = filtered(db.selectFrom("connection").select("uid"), shape, value).limit(mostCounted + 1);
    return db.selectFrom(counted.as("counted")).select(({ fn }) => fn.countAll().as("total"));
  }),
);

function filtered<Row>(
  rows: SelectQueryBuilder<Schema, "connection", Row>,
  shape: Shape,
  value: Placeholders<Values>,
): typeof rows {
  const columns = keyOf(shape);
  const key = sql.join(columns.map((column) => sql.ref(column)));
  const after = sql.join(names("after", columns.length).map((name) => value(name)));
  const search = value("search");
  return rows
    .where("environmentId", "=", value("environmentId"))
    .$if(shape.cloud, (rest) => rest.where("cloud", "=", value("cloud")))
    .$if(shape.region, (rest) => rest.where("region", "=", value("region")))
    .$if(shape.types > 0, (rest) => rest.where("type", "in", names("type", shape.types).map(value)))
    .$if(shape.phases > 0, (rest) => rest.where("statusPhase", "in", names("phase", shape.phases).map(value)))
    .$if(shape.search, (rest) =>
      rest.where(
        sql<boolean>`(lower(name) like ${search} escape '\\' or lower(endpoint) like ${search} escape '\\')`,
      ),
    )
    .$if(shape.more, (rest) =>
      rest.where(
        shape.isDescending ? sql<boolean>`(${key}) < (${after})` : sql<boolean>`(${key}) > (${after})`,
      ),
    );
}
