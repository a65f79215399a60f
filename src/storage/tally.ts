import { change, each, first, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type { RegionKey } from "./records.ts";
import type { TallyRow } from "./schema.ts";

/** Adds to a count that is kept beside what it counts; `total` may be negative. */
export function* addToTally(row: TallyRow): Work<void> {
  yield* change(upsert, row);
}

export interface TallyFilter {
  readonly kind: TallyRow["kind"];
  readonly owner: string;
  readonly in?: Partial<RegionKey>;
  readonly label?: string;
}

export function* tallyTotal({ kind, owner, in: place, label }: TallyFilter): Work<number> {
  const row = yield* first(
    total({
      byCloud: place?.cloud !== undefined,
      byRegion: place?.region !== undefined,
      byLabel: label !== undefined,
    }),
    {
      kind,
      owner,
      cloud: place?.cloud ?? "",
      region: place?.region ?? "",
      label: label ?? "",
    },
  );
  return Number(row?.total ?? 0); // PostgreSQL answers a sum as text
}

const upsert = query((db, value: Placeholders<TallyRow>) =>
  db
    .insertInto("tally")
    .values(each(value, ["kind", "owner", "cloud", "region", "label", "total"]))
    .onConflict((conflict) =>
      conflict
        .columns(["kind", "owner", "cloud", "region", "label"])
        .doUpdateSet(({ eb, ref }) => ({ total: eb("tally.total", "+", ref("excluded.total")) })),
    ),
);

interface Shape {
  readonly byCloud: boolean;
  readonly byRegion: boolean;
  readonly byLabel: boolean;
}

const total = queryFamily(({ byCloud, byRegion, byLabel }: Shape) =>
  query((db, value: Placeholders<Omit<TallyRow, "total">>) =>
    db
      .selectFrom("tally")
      .select(({ fn }) => fn.sum("total").as("total"))
      .where("kind", "=", value("kind"))
      .where("owner", "=", value("owner"))
      .$if(byCloud, (rest) => rest.where("cloud", "=", value("cloud")))
      .$if(byRegion, (rest) => rest.where("region", "=", value("region")))
      .$if(byLabel, (rest) => rest.where("label", "=", value("label"))),
  ),
);
