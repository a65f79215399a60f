import { sql } from "kysely";
import { KeymoorError } from "../errors.ts";
import { all, change, each, first, type Placeholders, type Query, query, type Work } from "./query.ts";
import type {
  ApiKeyRecord,
  ComputePoolRecord,
  EnvironmentRecord,
  IdentityPoolRecord,
  OrganizationRecord,
  PrincipalRecord,
  RegionRecord,
  RingKeyRecord,
  RoleBindingRecord,
  UseTokenRecord,
} from "./records.ts";
import type { Schema } from "./schema.ts";
import { addToTally } from "./tally.ts";

/** Inserts, or says that the key is taken. "On conflict do nothing" because an error would end PostgreSQL's transaction. */
export function* insertNew<Values extends object>(
  insert: Query<Values, unknown>,
  record: NoInfer<Values>,
  what: string,
  code: "resource_already_exists" | "statement_already_exists" = "resource_already_exists",
): Work<void> {
  if ((yield* change(insert, record)) === 0) {
    throw new KeymoorError(code, `${what} already exists.`);
  }
}

/** A person signs in by an address, so it is one person's. */
export function* insertPrincipal(record: PrincipalRecord): Work<void> {
  const { email } = record;
  if (email !== null && (yield* first(holderOfAddress, { email })) !== undefined)
    throw new KeymoorError("resource_already_exists", "A user with this e-mail address already exists.");
  yield* insertNew(principal, record, `Principal "${record.id}"`);
}

export function* insertUseToken(record: UseTokenRecord): Work<void> {
  yield* insertNew(useToken, record, `Use token "${record.id}"`);
  yield* addToTally(tallyOf(record, 1));
}

export function* revokeUseToken(values: { environmentId: string; id: string; at: string }): Work<void> {
  if ((yield* change(revoke, values)) === 0) {
    throw new KeymoorError(
      "use_token_not_found",
      `There is no use token "${values.id}" in this environment.`,
    );
  }
}

/** Removes up to `limit` tokens that expired or were revoked before `cutoff`, and says whether there may be more. */
export function* expireUseTokens(cutoff: string, limit: number): Work<boolean> {
  const ended = yield* all(endedUseTokens, { cutoff, limit });
  for (const token of ended) {
    yield* change(deleteUseToken, { id: token.id });
    yield* addToTally(tallyOf(token, -1));
  }
  return ended.length === limit;
}

type TallyKeys = Pick<UseTokenRecord, "environmentId" | "cloud" | "region" | "createdBy">;

function tallyOf({ environmentId, cloud, region, createdBy }: TallyKeys, total: number) {
  return { kind: "use_token", owner: environmentId, cloud, region, label: createdBy, total } as const;
}

export const organization = query((db, value: Placeholders<OrganizationRecord>) =>
  db
    .insertInto("organization")
    .values(each(value, ["id", "name", "createdAt"]))
    .onConflict((conflict) => conflict.doNothing()),
);

export const environment = query((db, value: Placeholders<EnvironmentRecord>) =>
  db
    .insertInto("environment")
    .values(each(value, ["id", "organizationId", "name", "governancePackage", "createdAt", "updatedAt"]))
    .onConflict((conflict) => conflict.doNothing()),
);

export const region = query((db, value: Placeholders<RegionRecord>) =>
  db
    .insertInto("region")
    .values(each(value, ["cloud", "region", "endpoint", "listen", "position"]))
    .onConflict((conflict) => conflict.doNothing()),
);

export const computePool = query((db, value: Placeholders<ComputePoolRecord>) =>
  db
    .insertInto("computePool")
    .values(
      each(value, [
        "id",
        "environmentId",
        "cloud",
        "region",
        "name",
        "maxCfu",
        "defaultPool",
        "createdAt",
        "updatedAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const holderOfAddress = query((db, value: Placeholders<{ email: string }>) =>
  db
    .selectFrom("principal")
    .select("id")
    .where(sql<string>`lower(email)`, "=", sql<string>`lower(${value("email")})`)
    .limit(1),
);

const principal = query((db, value: Placeholders<PrincipalRecord>) =>
  db
    .insertInto("principal")
    .values(
      each(value, [
        "id",
        "kind",
        "name",
        "description",
        "email",
        "passwordHash",
        "createdAt",
        "updatedAt",
        "disabledAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

export const roleBinding = query((db, value: Placeholders<RoleBindingRecord>) =>
  db
    .insertInto("roleBinding")
    .values(
      each(value, [
        "id",
        "principalId",
        "role",
        "organizationId",
        "environmentId",
        "cloud",
        "region",
        "serviceAccountId",
        "createdAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

export const apiKey = query((db, value: Placeholders<ApiKeyRecord>) =>
  db
    .insertInto("apiKey")
    .values(
      each(value, [
        "id",
        "secretMac",
        "ownerId",
        "name",
        "description",
        "environmentId",
        "cloud",
        "region",
        "createdAt",
        "updatedAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

export const identityPool = query((db, value: Placeholders<IdentityPoolRecord>) =>
  db
    .insertInto("identityPool")
    .values(
      each(value, [
        "id",
        "name",
        "description",
        "issuer",
        "jwksUri",
        "audience",
        "claims",
        "serviceAccountId",
        "createdAt",
        "updatedAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

export const ringKey = query((db, value: Placeholders<RingKeyRecord>) =>
  db
    .insertInto("ringKey")
    .values(each(value, ["id", "purpose", "sealed", "createdAt"]))
    .onConflict((conflict) => conflict.doNothing()),
);

export const seeded = query((db, value: Placeholders<Schema["seeded"]>) =>
  db
    .insertInto("seeded")
    .values(each(value, ["kind", "key"]))
    .onConflict((conflict) => conflict.doNothing()),
);

const useToken = query((db, value: Placeholders<UseTokenRecord>) =>
  db
    .insertInto("useToken")
    .values(
      each(value, [
        "id",
        "mac",
        "environmentId",
        "cloud",
        "region",
        "name",
        "connections",
        "createdAt",
        "createdBy",
        "expiresAt",
        "revokedAt",
        "lastUsedAt",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const revoke = query((db, value: Placeholders<{ environmentId: string; id: string; at: string }>) =>
  db
    .updateTable("useToken")
    .set(({ fn, val }) => ({ revokedAt: fn.coalesce("revokedAt", val(value("at"))) }))
    .where("id", "=", value("id"))
    .where("environmentId", "=", value("environmentId")),
);

const endedUseTokens = query((db, value: Placeholders<{ cutoff: string; limit: number }>) =>
  db
    .selectFrom("useToken")
    .select(["id", "environmentId", "cloud", "region", "createdBy"])
    .where(({ eb, or }) => or([eb("expiresAt", "<", value("cutoff")), eb("revokedAt", "<", value("cutoff"))]))
    .limit(value("limit")),
);

const deleteUseToken = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("useToken").where("id", "=", value("id")),
);
