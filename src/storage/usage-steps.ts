import { change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { UsageDayRow } from "./schema.ts";

/** Adds calls to a day; those of a connection deleted meanwhile are dropped. */
export function* addUses(row: UsageDayRow): Work<void> {
  if ((yield* first(connectionExists, { uid: row.connectionUid })) === undefined) return;
  yield* change(upsert, row);
  yield* change(noteUse, { uid: row.connectionUid, at: row.lastAt });
}

export function* touchUseToken(values: { id: string; at: string }): Work<void> {
  yield* change(touch, values);
}

const connectionExists = query((db, value: Placeholders<{ uid: string }>) =>
  db.selectFrom("connection").select("uid").where("uid", "=", value("uid")),
);

const upsert = query((db, value: Placeholders<UsageDayRow>) =>
  db
    .insertInto("usageDay")
    .values(each(value, ["connectionUid", "day", "principal", "useTokenId", "calls", "lastAt"]))
    .onConflict((conflict) =>
      conflict.columns(["connectionUid", "day", "principal", "useTokenId"]).doUpdateSet(({ eb, ref }) => ({
        calls: eb("usageDay.calls", "+", ref("excluded.calls")),
        lastAt: ref("excluded.lastAt"),
      })),
    ),
);

/** Beside the connection too, because lists are sorted by it. */
const noteUse = query((db, value: Placeholders<{ uid: string; at: string }>) =>
  db
    .updateTable("connection")
    .set({ lastUsedAt: value("at") })
    .where("uid", "=", value("uid"))
    .where("lastUsedAt", "<", value("at")),
);

const touch = query((db, value: Placeholders<{ id: string; at: string }>) =>
  db
    .updateTable("useToken")
    .set({ lastUsedAt: value("at") })
    .where("id", "=", value("id"))
    .where(({ eb, or }) => or([eb("lastUsedAt", "is", null), eb("lastUsedAt", "<", value("at"))])),
);

/** Forgets days as old as the audit events that go with them. */
export function* expireUsage(day: string): Work<void> {
  yield* change(deleteDays, { day });
}

const deleteDays = query((db, value: Placeholders<{ day: string }>) =>
  db.deleteFrom("usageDay").where("day", "<", value("day")),
);
