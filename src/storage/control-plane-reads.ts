import { sql } from "kysely";
import { pageOf } from "./page.ts";
import { all, first, type Placeholders, query, queryFamily, type Work } from "./query.ts";
import type {
  ApiKeyRecord,
  ComputePoolRecord,
  IdentityPoolRecord,
  OneTimeLinkRecord,
  PrincipalRecord,
  RoleBindingRecord,
  SessionRecord,
} from "./records.ts";
import type { ApiKeyFilter, Page, PrincipalFilter, RoleBindingFilter } from "./store.ts";

export function* session(id: string): Work<SessionRecord | undefined> {
  return yield* first(sessionById, { id });
}

export function* sessions(principalId: string): Work<readonly SessionRecord[]> {
  return yield* all(sessionsOf, { principalId });
}

export function* oneTimeLink(id: string): Work<OneTimeLinkRecord | undefined> {
  return yield* first(linkById, { id });
}

export function* oneTimeLinks(principalId: string): Work<readonly OneTimeLinkRecord[]> {
  return yield* all(linksOf, { principalId });
}

export function* invitationPage(after: string | undefined, limit: number): Work<Page<OneTimeLinkRecord>> {
  const rows = yield* all(pageOfInvitations, { after: after ?? "", limit: limit + 1 });
  return pageOf(rows, limit, undefined, ({ id }) => id);
}

/** The oldest, should a seed have given one address twice. */
export function* userByEmail(email: string): Work<PrincipalRecord | undefined> {
  return yield* first(byEmail, { email });
}

export function* identityPools(): Work<readonly IdentityPoolRecord[]> {
  return yield* all(everyIdentityPool, {});
}

export function* computePool(id: string): Work<ComputePoolRecord | undefined> {
  return yield* first(computePoolById, { id });
}

export function* roleBinding(id: string): Work<RoleBindingRecord | undefined> {
  return yield* first(roleBindingById, { id });
}

export function* principalPage(
  filter: PrincipalFilter,
  after: string | undefined,
  limit: number,
): Work<Page<PrincipalRecord>> {
  const { kind, id, name } = filter;
  const shape = { more: after !== undefined, byId: id !== undefined, byName: name !== undefined };
  const values = { kind, id: id ?? "", name: name ?? "", after: after ?? "", limit: limit + 1 };
  return pageOf(yield* all(pageOfPrincipals(shape), values), limit, undefined, ({ id }) => id);
}

export function* apiKeyPage(
  filter: ApiKeyFilter,
  after: string | undefined,
  limit: number,
): Work<Page<ApiKeyRecord>> {
  const { ownerId, resource, visible } = filter;
  const environments = visible?.environmentIds ?? [];
  const shape = {
    more: after !== undefined,
    byOwner: ownerId !== undefined,
    resource: resource === undefined ? "any" : resource === "cloud" ? "cloud" : "flink",
    byEnvironment: typeof resource === "object" && resource.environmentId !== undefined,
    environments: visible === undefined ? -1 : environments.length,
  } as const;
  const place = typeof resource === "object" ? resource : undefined;
  const values: ApiKeyValues = {
    ownerId: ownerId ?? "",
    cloud: place?.cloud ?? "",
    region: place?.region ?? "",
    environmentId: place?.environmentId ?? "",
    self: visible?.principalId ?? "",
    after: after ?? "",
    limit: limit + 1,
    ...numbered("environment", environments),
  };
  return pageOf(yield* all(pageOfApiKeys(shape), values), limit, undefined, ({ id }) => id);
}

export function* roleBindingPage(
  filter: RoleBindingFilter,
  after: string | undefined,
  limit: number,
): Work<Page<RoleBindingRecord>> {
  const { principalId, role, environmentId, visible } = filter;
  const environments = visible?.environmentIds ?? [];
  const shape = {
    more: after !== undefined,
    byPrincipal: principalId !== undefined,
    byRole: role !== undefined,
    byEnvironment: environmentId !== undefined,
    environments: visible === undefined ? -1 : environments.length,
  };
  const values: RoleBindingValues = {
    principalId: principalId ?? "",
    role: role ?? "",
    environmentId: environmentId ?? "",
    self: visible?.principalId ?? "",
    after: after ?? "",
    limit: limit + 1,
    ...numbered("environment", environments),
  };
  return pageOf(yield* all(pageOfRoleBindings(shape), values), limit, undefined, ({ id }) => id);
}

function numbered(name: string, values: readonly string[]): Record<string, string> {
  return Object.fromEntries(values.map((value, index) => [`${name}${index}`, value]));
}

const sessionById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("session").selectAll().where("id", "=", value("id")),
);

const sessionsOf = query((db, value: Placeholders<{ principalId: string }>) =>
  db.selectFrom("session").selectAll().where("principalId", "=", value("principalId")).orderBy("id"),
);

const linkById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("oneTimeLink").selectAll().where("id", "=", value("id")),
);

const linksOf = query((db, value: Placeholders<{ principalId: string }>) =>
  db.selectFrom("oneTimeLink").selectAll().where("principalId", "=", value("principalId")).orderBy("id"),
);

const pageOfInvitations = query((db, value: Placeholders<{ after: string; limit: number }>) =>
  db
    .selectFrom("oneTimeLink")
    .selectAll()
    .where("purpose", "=", "invitation")
    .where("id", ">", value("after"))
    .orderBy("id")
    .limit(value("limit")),
);

const byEmail = query((db, value: Placeholders<{ email: string }>) =>
  db
    .selectFrom("principal")
    .selectAll()
    .where(sql<string>`lower(email)`, "=", sql<string>`lower(${value("email")})`)
    .orderBy("createdAt")
    .orderBy("id")
    .limit(1),
);

const everyIdentityPool = query((db, _value: Placeholders<object>) =>
  db.selectFrom("identityPool").selectAll().orderBy("id"),
);

const computePoolById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("computePool").selectAll().where("id", "=", value("id")),
);

const roleBindingById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("roleBinding").selectAll().where("id", "=", value("id")),
);

interface PrincipalValues {
  readonly kind: PrincipalRecord["kind"];
  readonly id: string;
  readonly name: string;
  readonly after: string;
  readonly limit: number;
}

const pageOfPrincipals = queryFamily(
  ({ more, byId, byName }: { more: boolean; byId: boolean; byName: boolean }) =>
    query((db, value: Placeholders<PrincipalValues>) =>
      db
        .selectFrom("principal")
        .selectAll()
        .where("kind", "=", value("kind"))
        .$if(byId, (rest) => rest.where("id", "=", value("id")))
        .$if(byName, (rest) => rest.where("name", "=", value("name")))
        .$if(more, (rest) => rest.where("id", ">", value("after")))
        .orderBy("id")
        .limit(value("limit")),
    ),
);

interface ApiKeyShape {
  readonly more: boolean;
  readonly byOwner: boolean;
  readonly resource: "any" | "cloud" | "flink";
  readonly byEnvironment: boolean;
  /** How many environments the reader manages; -1: he may see all. */
  readonly environments: number;
}

type ApiKeyValues = Readonly<Record<string, string | number>> & {
  readonly ownerId: string;
  readonly cloud: string;
  readonly region: string;
  readonly environmentId: string;
  readonly self: string;
  readonly after: string;
  readonly limit: number;
};

const pageOfApiKeys = queryFamily(({ more, byOwner, resource, byEnvironment, environments }: ApiKeyShape) =>
  query((db, value: Placeholders<ApiKeyValues>) =>
    db
      .selectFrom("apiKey")
      .selectAll()
      .$if(byOwner, (rest) => rest.where("ownerId", "=", value("ownerId")))
      .$if(resource === "cloud", (rest) => rest.where("environmentId", "is", null))
      .$if(resource === "flink", (rest) =>
        rest.where("cloud", "=", value("cloud")).where("region", "=", value("region")),
      )
      .$if(byEnvironment, (rest) => rest.where("environmentId", "=", value("environmentId")))
      .$if(environments >= 0, (rest) =>
        rest.where(({ eb, or }) =>
          or([
            eb("ownerId", "=", value("self")),
            ...indexes(environments).map((index) =>
              eb("environmentId", "=", value(`environment${index}`) as string),
            ),
          ]),
        ),
      )
      .$if(more, (rest) => rest.where("id", ">", value("after")))
      .orderBy("id")
      .limit(value("limit")),
  ),
);

interface RoleBindingShape {
  readonly more: boolean;
  readonly byPrincipal: boolean;
  readonly byRole: boolean;
  readonly byEnvironment: boolean;
  /** As in `ApiKeyShape`. */
  readonly environments: number;
}

type RoleBindingValues = Readonly<Record<string, string | number>> & {
  readonly principalId: string;
  readonly role: string;
  readonly environmentId: string;
  readonly self: string;
  readonly after: string;
  readonly limit: number;
};

const pageOfRoleBindings = queryFamily(
  ({ more, byPrincipal, byRole, byEnvironment, environments }: RoleBindingShape) =>
    query((db, value: Placeholders<RoleBindingValues>) =>
      db
        .selectFrom("roleBinding")
        .selectAll()
        .$if(byPrincipal, (rest) => rest.where("principalId", "=", value("principalId")))
        .$if(byRole, (rest) => rest.where("role", "=", value("role")))
        .$if(byEnvironment, (rest) => rest.where("environmentId", "=", value("environmentId")))
        .$if(environments >= 0, (rest) =>
          rest.where(({ eb, or }) =>
            or([
              eb("principalId", "=", value("self")),
              ...indexes(environments).map((index) =>
                eb("environmentId", "=", value(`environment${index}`) as string),
              ),
            ]),
          ),
        )
        .$if(more, (rest) => rest.where("id", ">", value("after")))
        .orderBy("id")
        .limit(value("limit")),
    ),
);

function indexes(count: number): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
