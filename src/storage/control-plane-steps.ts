import { type ErrorCode, KeymoorError } from "../errors.ts";
import { change, each, first, type Placeholders, type Query, query, type Work } from "./query.ts";
import type {
  ApiKeyRecord,
  ComputePoolRecord,
  EnvironmentRecord,
  IdentityPoolRecord,
  PrincipalRecord,
} from "./records.ts";
import { endSignIns } from "./session-steps.ts";
import type { Step } from "./store.ts";

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

export function* updatePrincipal(step: StepOf<"update_principal">): Work<void> {
  const { id, updatedAt } = step;
  const stored = yield* found(principalById, { id }, "principal_not_found", "This user or service account");
  yield* change(updatePrincipalRow, { ...stored, ...step.change, updatedAt });
  if (step.change.disabledAt) yield* endSignIns(id);
}

/** With all that it holds and all that lets it in; statements and connections that it made stay. */
export function* deletePrincipal({ id }: StepOf<"delete_principal">): Work<void> {
  yield* found(principalById, { id }, "principal_not_found", "This user or service account");
  for (const rows of ofPrincipal) yield* change(rows, { id });
  yield* endSignIns(id);
}

/**
 * What was done in the same list counts. A user gets in with a password or a Cloud key, a service account with a Cloud key or by
 * an identity pool; a Flink key administers nothing.
 */
export function* requireAdministrator({ role }: StepOf<"require_administrator">): Work<void> {
  if ((yield* first(administrator, { role })) !== undefined) return;
  throw new KeymoorError("last_administrator", `Nobody else has the role ${role} and can get in to use it.`, {
    hint: "Give somebody the role first, who has a password, a Cloud API key or an identity pool.",
  });
}

export function* updateApiKey(step: StepOf<"update_api_key">): Work<void> {
  const { id, updatedAt } = step;
  const stored = yield* found(apiKeyById, { id }, "api_key_not_found", "This API key");
  yield* change(updateApiKeyRow, { ...stored, ...step.change, updatedAt });
}

export function* deleteApiKey({ id }: StepOf<"delete_api_key">): Work<void> {
  yield* deleteOne(deleteApiKeyRow, id, "api_key_not_found", "This API key");
}

export function* deleteRoleBinding({ id }: StepOf<"delete_role_binding">): Work<void> {
  yield* deleteOne(deleteRoleBindingRow, id, "role_binding_not_found", "This role binding");
}

export function* updateEnvironment(step: StepOf<"update_environment">): Work<void> {
  const { id, updatedAt } = step;
  const stored = yield* found(environmentById, { id }, "environment_not_found", "This environment");
  yield* change(updateEnvironmentRow, { ...stored, ...step.change, updatedAt });
}

export function* requireEnvironment({ id }: StepOf<"require_environment">): Work<void> {
  if ((yield* first(environmentById, { id })) === undefined) throw deletedMeanwhile("This environment");
}

export function* requirePrincipal({ id }: StepOf<"require_principal">): Work<void> {
  if ((yield* first(principalById, { id })) === undefined)
    throw deletedMeanwhile("This user or service account");
}

/**
 * With its compute pools, statements, keys, role bindings and use tokens. Credentials are not thrown away by the way: it must
 * hold no connection. Clients fail without any environment (contract/terraform.md 4), so the last one stays.
 */
export function* deleteEnvironment({ id }: StepOf<"delete_environment">): Work<void> {
  yield* found(environmentById, { id }, "environment_not_found", "This environment");
  if ((yield* first(connectionIn, { id })) !== undefined) {
    throw new KeymoorError("environment_not_empty", `Environment "${id}" holds connections.`, {
      hint: "Delete them first.",
    });
  }
  if ((yield* first(otherEnvironment, { id })) === undefined) {
    throw new KeymoorError("environment_not_empty", `Environment "${id}" is the only one of this server.`, {
      hint: "Create another one first.",
    });
  }
  for (const rows of ofEnvironment) yield* change(rows, { id });
}

export function* updateComputePool(step: StepOf<"update_compute_pool">): Work<void> {
  const { id, updatedAt } = step;
  const stored = yield* found(computePoolById, { id }, "compute_pool_not_found", "This compute pool");
  yield* change(updateComputePoolRow, { ...stored, ...step.change, updatedAt });
}

export function* deleteComputePool({ id }: StepOf<"delete_compute_pool">): Work<void> {
  yield* deleteOne(deleteComputePoolRow, id, "compute_pool_not_found", "This compute pool");
}

export function* updateIdentityPool(step: StepOf<"update_identity_pool">): Work<void> {
  const { id, updatedAt } = step;
  const stored = yield* found(identityPoolById, { id }, "identity_pool_not_found", "This identity pool");
  yield* change(updateIdentityPoolRow, { ...stored, ...step.change, updatedAt });
}

export function* deleteIdentityPool({ id }: StepOf<"delete_identity_pool">): Work<void> {
  yield* deleteOne(deleteIdentityPoolRow, id, "identity_pool_not_found", "This identity pool");
}

/** Names its own fields, so that a later query cannot change what an earlier one read. */
function* found<Values extends object, Row>(
  byId: Query<Values, Row>,
  id: NoInfer<Values>,
  code: ErrorCode,
  what: string,
): Work<Row> {
  const stored = yield* first(byId, id);
  if (stored !== undefined) return stored;
  throw new KeymoorError(code, `${what} does not exist any more.`);
}

/** Not 404: clients show why a creation was refused only for other statuses (contract/terraform.md 6). */
function deletedMeanwhile(what: string): KeymoorError {
  return new KeymoorError("user_unauthorized", `${what} does not exist any more.`);
}

function* deleteOne(
  rows: Query<{ id: string }, unknown>,
  id: string,
  code: ErrorCode,
  what: string,
): Work<void> {
  if ((yield* change(rows, { id })) === 0) throw new KeymoorError(code, `${what} does not exist any more.`);
}

const principalById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("principal").selectAll().where("id", "=", value("id")),
);

const updatePrincipalRow = query((db, value: Placeholders<PrincipalRecord>) =>
  db
    .updateTable("principal")
    .set(each(value, ["name", "description", "disabledAt", "updatedAt"]))
    .where("id", "=", value("id")),
);

const administrator = query((db, value: Placeholders<{ role: string }>) =>
  db
    .selectFrom("roleBinding")
    .innerJoin("principal", "principal.id", "roleBinding.principalId")
    .select("principal.id")
    .where("roleBinding.role", "=", value("role"))
    .where("roleBinding.environmentId", "is", null)
    .where("principal.disabledAt", "is", null)
    .where(({ eb, or, exists, selectFrom }) =>
      or([
        eb("principal.passwordHash", "is not", null),
        exists(
          selectFrom("apiKey")
            .select("apiKey.id")
            .whereRef("apiKey.ownerId", "=", "principal.id")
            .where("apiKey.environmentId", "is", null),
        ),
        exists(
          selectFrom("identityPool")
            .select("identityPool.id")
            .whereRef("identityPool.serviceAccountId", "=", "principal.id"),
        ),
      ]),
    )
    .limit(1),
);

type ById = Query<{ id: string }, unknown>;

const ofPrincipal: readonly ById[] = [
  query((db, value: Placeholders<{ id: string }>) =>
    db.deleteFrom("apiKey").where("ownerId", "=", value("id")),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db
      .deleteFrom("roleBinding")
      .where(({ eb, or }) =>
        or([eb("principalId", "=", value("id")), eb("serviceAccountId", "=", value("id"))]),
      ),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db.deleteFrom("identityPool").where("serviceAccountId", "=", value("id")),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db.deleteFrom("oneTimeLink").where("principalId", "=", value("id")),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db.deleteFrom("principal").where("id", "=", value("id")),
  ),
];

const apiKeyById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("apiKey").selectAll().where("id", "=", value("id")),
);

const updateApiKeyRow = query((db, value: Placeholders<ApiKeyRecord>) =>
  db
    .updateTable("apiKey")
    .set(each(value, ["name", "description", "updatedAt"]))
    .where("id", "=", value("id")),
);

const deleteApiKeyRow = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("apiKey").where("id", "=", value("id")),
);

const deleteRoleBindingRow = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("roleBinding").where("id", "=", value("id")),
);

const environmentById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("environment").selectAll().where("id", "=", value("id")),
);

const updateEnvironmentRow = query((db, value: Placeholders<EnvironmentRecord>) =>
  db
    .updateTable("environment")
    .set(each(value, ["name", "governancePackage", "updatedAt"]))
    .where("id", "=", value("id")),
);

const connectionIn = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("connection").select("uid").where("environmentId", "=", value("id")).limit(1),
);

const otherEnvironment = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("environment").select("id").where("id", "!=", value("id")).limit(1),
);

const ofEnvironment: readonly ById[] = [
  ...(["statementChunk", "statementLabel"] as const).map((table) =>
    query((db, value: Placeholders<{ id: string }>) =>
      db
        .deleteFrom(table)
        .where("statementUid", "in", (inner) =>
          inner.selectFrom("statement").select("uid").where("environmentId", "=", value("id")),
        ),
    ),
  ),
  ...(["statement", "dependant", "computePool", "apiKey", "roleBinding", "useToken"] as const).map((table) =>
    query((db, value: Placeholders<{ id: string }>) =>
      db.deleteFrom(table).where("environmentId", "=", value("id")),
    ),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db
      .deleteFrom("tally")
      .where("owner", "=", value("id"))
      .where("kind", "in", ["connection", "statement", "use_token"]),
  ),
  query((db, value: Placeholders<{ id: string }>) =>
    db.deleteFrom("environment").where("id", "=", value("id")),
  ),
];

const computePoolById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("computePool").selectAll().where("id", "=", value("id")),
);

const updateComputePoolRow = query((db, value: Placeholders<ComputePoolRecord>) =>
  db
    .updateTable("computePool")
    .set(each(value, ["name", "maxCfu", "defaultPool", "updatedAt"]))
    .where("id", "=", value("id")),
);

const deleteComputePoolRow = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("computePool").where("id", "=", value("id")),
);

const identityPoolById = query((db, value: Placeholders<{ id: string }>) =>
  db.selectFrom("identityPool").selectAll().where("id", "=", value("id")),
);

const updateIdentityPoolRow = query((db, value: Placeholders<IdentityPoolRecord>) =>
  db
    .updateTable("identityPool")
    .set(
      each(value, [
        "name",
        "description",
        "issuer",
        "jwksUri",
        "audience",
        "claims",
        "serviceAccountId",
        "updatedAt",
      ]),
    )
    .where("id", "=", value("id")),
);

const deleteIdentityPoolRow = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("identityPool").where("id", "=", value("id")),
);
