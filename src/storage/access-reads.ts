import { pageOf } from "./page.ts";
import { all, first, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type {
  ApiKeyRecord,
  ComputePoolRecord,
  EnvironmentRecord,
  OrganizationRecord,
  PrincipalRecord,
  RegionRecord,
  RingKeyRecord,
  RoleBindingRecord,
  UseTokenRecord,
} from "./records.ts";
import type { Page, Reads } from "./store.ts";
import { tallyTotal } from "./tally.ts";

export function* organizations(): Work<readonly OrganizationRecord[]> {
  return yield* all(everyOrganization, {});
}

export function* environments(): Work<readonly EnvironmentRecord[]> {
  return yield* all(everyEnvironment, {});
}

export function* environment(id: string): Work<EnvironmentRecord | undefined> {
  return yield* first(environmentById, { id });
}

export function* regions(): Work<readonly RegionRecord[]> {
  return yield* all(everyRegion, {});
}

export function* computePools(environmentId: string): Work<readonly ComputePoolRecord[]> {
  return yield* all(poolsOf, { environmentId });
}

export function* principal(id: string): Work<PrincipalRecord | undefined> {
  return yield* first(principalById, { id });
}

export function* principals(): Work<readonly PrincipalRecord[]> {
  return yield* all(everyPrincipal, {});
}

export function* roleBindings(principalId: string): Work<readonly RoleBindingRecord[]> {
  return yield* all(bindingsOf, { principalId });
}

export function* apiKey(id: string): Work<ApiKeyRecord | undefined> {
  return yield* first(apiKeyById, { id });
}

export function* ringKeys(): Work<readonly RingKeyRecord[]> {
  return yield* all(everyRingKey, {});
}

export function* isSeeded(kind: string, key: string): Work<boolean> {
  return (yield* first(seededMark, { kind, key })) !== undefined;
}

export function* useToken(id: string): Work<UseTokenRecord | undefined> {
  return yield* first(useTokenById, { id });
}

export function* useTokens(filter: Parameters<Reads["useTokens"]>[0]): Work<Page<UseTokenRecord>> {
  const { environmentId, createdBy, after, limit } = filter;
  const shape = { byCreator: createdBy !== undefined, more: after !== undefined };
  const rows = yield* all(useTokenPage(shape), {
    environmentId,
    createdBy: createdBy ?? "",
    after: after ?? "",
    limit: limit + 1,
  });
  const total = yield* tallyTotal({
    kind: "use_token",
    owner: environmentId,
    ...(createdBy === undefined ? {} : { label: createdBy }),
  });
  return pageOf(rows, limit, total, ({ id }) => id);
}

const everyOrganization = query((db, _value: Placeholders<object>) =>
  db.selectFrom("organization").selectAll().orderBy("createdAt").orderBy("id"),
);

const everyEnvironment = query((db, _value: Placeholders<object>) =>
  db.selectFrom("environment").selectAll().orderBy("id"),
);

const environmentById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("environment").selectAll().where("id", "=", value("id")),
);

const everyRegion = query((db, _value: Placeholders<object>) =>
  db.selectFrom("region").selectAll().orderBy("position").orderBy("cloud").orderBy("region"),
);

const poolsOf = query((db, value: Placeholders<{ environmentId: string }>) =>
  db.selectFrom("computePool").selectAll().where("environmentId", "=", value("environmentId")).orderBy("id"),
);

const principalById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("principal").selectAll().where("id", "=", value("id")),
);

const everyPrincipal = query((db, _value: Placeholders<object>) =>
  db.selectFrom("principal").selectAll().orderBy("id"),
);

const bindingsOf = query((db, value: Placeholders<{ principalId: string }>) =>
  db.selectFrom("roleBinding").selectAll().where("principalId", "=", value("principalId")).orderBy("id"),
);

const apiKeyById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("apiKey").selectAll().where("id", "=", value("id")),
);

const everyRingKey = query((db, _value: Placeholders<object>) =>
  db.selectFrom("ringKey").selectAll().orderBy("createdAt").orderBy("id"),
);

const seededMark = query((db, value: Placeholders<{ kind: string; key: string }>) =>
  db.selectFrom("seeded").select("key").where("kind", "=", value("kind")).where("key", "=", value("key")),
);

const useTokenById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("useToken").selectAll().where("id", "=", value("id")),
);

interface UseTokenPage {
  readonly environmentId: string;
  readonly createdBy: string;
  readonly after: string;
  readonly limit: number;
}

const useTokenPage = queryFamily(({ byCreator, more }: { byCreator: boolean; more: boolean }) =>
  query((db, value: Placeholders<UseTokenPage>) =>
    db
      .selectFrom("useToken")
      .selectAll()
      .where("environmentId", "=", value("environmentId"))
      .$if(byCreator, (rest) => rest.where("createdBy", "=", value("createdBy")))
      .$if(more, (rest) => rest.where("id", ">", value("after")))
      .orderBy("id")
      .limit(value("limit")),
  ),
);
