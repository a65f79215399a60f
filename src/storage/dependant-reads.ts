import { joinKey, pageOf } from "./page.ts";
import { all, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type { ConnectionCaller, FoundDependant, Place } from "./records.ts";
import type { Page } from "./store.ts";

export function* dependants(
  place: Place,
  connectionName: string,
  after: string | undefined,
  limit: number,
): Work<Page<FoundDependant>> {
  const { environmentId, cloud, region } = place;
  const [statementName = "", number = "0"] = after?.split(" ") ?? [];
  const rows = yield* all(dependantPage({ more: after !== undefined }), {
    environmentId,
    cloud,
    region,
    connectionName,
    statementName,
    number: Number(number),
    limit: limit + 1,
  });
  return pageOf(rows, limit, undefined, (row) => joinKey([row.statementName, row.number]));
}

export function* callers(uid: string, sinceDay: string, limit: number): Work<readonly ConnectionCaller[]> {
  const rows = yield* all(callersOf, { uid, sinceDay, limit });
  return rows.map((row) => ({ ...row, calls: Number(row.calls) }));
}

interface PageValues extends Place {
  readonly connectionName: string;
  readonly statementName: string;
  readonly number: number;
  readonly limit: number;
}

const dependantPage = queryFamily(({ more }: { readonly more: boolean }) =>
  query((db, value: Placeholders<PageValues>) =>
    db
      .selectFrom("dependant")
      .innerJoin("statement", (join) =>
        join
          .onRef("statement.environmentId", "=", "dependant.environmentId")
          .onRef("statement.name", "=", "dependant.statementName"),
      )
      .select([
        "dependant.objectKind",
        "dependant.objectName",
        "dependant.namedBy",
        "dependant.statementName",
        "dependant.number",
        "statement.principal",
        "statement.createdAt",
      ])
      .where("dependant.environmentId", "=", value("environmentId"))
      .where("dependant.cloud", "=", value("cloud"))
      .where("dependant.region", "=", value("region"))
      .where("dependant.connectionName", "=", value("connectionName"))
      .$if(more, (rest) =>
        rest.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple("dependant.statementName", "dependant.number"),
            ">",
            tuple(value("statementName"), value("number")),
          ),
        ),
      )
      .orderBy("dependant.statementName")
      .orderBy("dependant.number")
      .limit(value("limit")),
  ),
);

const callersOf = query((db, value: Placeholders<{ uid: string; sinceDay: string; limit: number }>) =>
  db
    .selectFrom("usageDay")
    .select(({ fn }) => [
      "principal",
      "useTokenId",
      fn.sum("calls").as("calls"),
      fn.max("lastAt").as("lastAt"),
    ])
    .where("connectionUid", "=", value("uid"))
    .where("day", ">=", value("sinceDay"))
    .groupBy(["principal", "useTokenId"])
    .orderBy(({ fn }) => fn.max("lastAt"), "desc")
    .orderBy("principal")
    .orderBy("useTokenId")
    .limit(value("limit")),
);
