import { joinKey, pageOf, splitKey } from "./page.ts";
import { all, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type { StoredAuditEvent } from "./records.ts";
import type { AuditFilter, Page } from "./store.ts";
import { tallyTotal } from "./tally.ts";

export function* auditEvents(
  filter: AuditFilter,
  after: string | undefined,
  limit: number,
): Work<Page<StoredAuditEvent>> {
  const { organizationId, environmentId } = filter;
  const [at = "", instance = "", sequence = "0"] = splitKey(after, 3) ?? [];
  const shape = shapeOf(filter);
  const rows = yield* all(eventPage({ ...shape, more: after !== undefined }), {
    organizationId,
    environmentId: environmentId ?? "",
    cloud: filter.cloud ?? "",
    region: filter.region ?? "",
    action: filter.action ?? "",
    principal: filter.principal ?? "",
    resourceKind: filter.resourceKind ?? "",
    resourceName: filter.resourceName ?? "",
    outcome: filter.outcome ?? "",
    from: filter.from ?? "",
    to: filter.to ?? "",
    afterAt: at,
    afterInstance: instance,
    afterSequence: Number(sequence),
    limit: limit + 1,
  });
  const total = isCounted(shape) ? yield* totalOf(filter) : undefined;
  return pageOf(rows, limit, total, (event) => joinKey([event.at, event.instance, event.sequence]));
}

/** There may be millions, so what is not kept count of is not counted. */
function isCounted({ columns, from, to }: ReturnType<typeof shapeOf>): boolean {
  return !from && !to && columns.every((column) => column === "environmentId");
}

function totalOf({ organizationId, environmentId }: AuditFilter): Work<number> {
  return tallyTotal({
    kind: "audit_event",
    owner: organizationId,
    ...(environmentId === undefined ? {} : { label: environmentId }),
  });
}

const filterColumns = [
  "environmentId",
  "cloud",
  "region",
  "action",
  "principal",
  "resourceKind",
  "resourceName",
  "outcome",
] as const;

function shapeOf(filter: AuditFilter) {
  return {
    columns: filterColumns.filter((column) => filter[column] !== undefined),
    from: filter.from !== undefined,
    to: filter.to !== undefined,
  };
}

type Shape = ReturnType<typeof shapeOf> & { readonly more: boolean };

interface Values {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  readonly action: string;
  readonly principal: string;
  readonly resourceKind: string;
  readonly resourceName: string;
  readonly outcome: string;
  readonly from: string;
  readonly to: string;
  readonly afterAt: string;
  readonly afterInstance: string;
  readonly afterSequence: number;
  readonly limit: number;
}

const eventPage = queryFamily(({ columns, from, to, more }: Shape) =>
  query((db, value: Placeholders<Values>) => {
    let found = db.selectFrom("auditEvent").selectAll().where("organizationId", "=", value("organizationId"));
    for (const column of columns) found = found.where(column, "=", value(column));
    if (from) found = found.where("at", ">=", value("from"));
    if (to) found = found.where("at", "<", value("to"));
    if (more) {
      found = found.where(({ eb, refTuple, tuple }) =>
        eb(
          refTuple("at", "instance", "sequence"),
          "<",
          tuple(value("afterAt"), value("afterInstance"), value("afterSequence")),
        ),
      );
    }
    return found
      .orderBy("at", "desc")
      .orderBy("instance", "desc")
      .orderBy("sequence", "desc")
      .limit(value("limit"));
  }),
);
