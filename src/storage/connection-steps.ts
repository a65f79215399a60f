import { KeymoorError } from "../errors.ts";
import { insertNew } from "./access-steps.ts";
import { deleteChecks, insertPlan, resetPlan } from "./check-steps.ts";
import { all, change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { ConnectionRecord, CredentialRecord } from "./records.ts";
import type { ConnectionRow } from "./schema.ts";
import type { Step } from "./store.ts";
import { addToTally } from "./tally.ts";

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

export function* insertConnection(step: StepOf<"insert_connection">): Work<void> {
  const { connection, credential, replaces } = step;
  const { environmentId, cloud, region, name } = connection;
  // First, because the switch of the one it replaces goes with that one.
  yield* insertPlan(connection.uid, connection.createdAt, replaces);
  if (replaces !== undefined) yield* deleteConnection({ do: "delete_connection", uid: replaces });
  const what = `Connection "${name}" in environment "${environmentId}" and region "${cloud}.${region}"`;
  yield* insertNew(insertRow, toRow(connection), what);
  yield* change(insertCredential, credential);
  yield* addToTally(tallyOf(connection, 1));
}

export function* rotateConnection(step: StepOf<"rotate_connection">): Work<void> {
  const { uid, credential } = step;
  yield* point(step, credential);
  yield* resetPlan(uid, step.updatedAt, "rotated");
  if ((yield* change(insertCredential, credential)) === 0) throw changedMeanwhile();
  const counted = countedVersions(step, yield* all(sealedVersions, { uid }));
  for (const { version } of counted.slice(Math.max(1, step.keepVersions))) {
    yield* change(destroyCredential, { uid, version });
  }
}

/** `versions` from the newest. */
function countedVersions(
  { keepOf, credential }: StepOf<"rotate_connection">,
  versions: readonly Pick<CredentialRecord, "version" | "createdBy">[],
): typeof versions {
  if (keepOf === "all") return versions;
  const end = versions.findIndex(({ createdBy }) => createdBy !== credential.createdBy);
  return end === -1 ? versions : versions.slice(0, end);
}

export function* activateCredential(step: StepOf<"activate_credential">): Work<void> {
  const { uid, version } = step;
  const credential = yield* first(credentialFacts, { uid, version });
  if (credential === undefined) {
    if ((yield* first(tallyKeys, { uid })) === undefined) throw gone();
    throw new KeymoorError("credential_version_not_found", `Credential version ${version} is not kept.`, {
      hint: "Its versions list says which ones are.",
    });
  }
  yield* point(step, { ...credential, version });
  yield* resetPlan(uid, step.updatedAt, "activated");
}

export function* deleteConnection({ uid }: StepOf<"delete_connection">): Work<void> {
  const keys = yield* first(tallyKeys, { uid });
  if (keys === undefined) throw gone();
  yield* change(deleteRow, { uid });
  yield* change(deleteCredentials, { uid });
  yield* change(deleteUsage, { uid });
  yield* deleteChecks(uid);
  yield* addToTally(tallyOf(keys, -1));
}

export function* setManagedBy({ uid, managedBy }: StepOf<"set_managed_by">): Work<void> {
  if ((yield* change(updateManagedBy, { uid, managedBy })) === 0) throw gone();
}

/**
 * Moves a connection's pointer to a credential version, if nobody changed the connection since it was read. What a check
 * found out with the version before says nothing of this one.
 */
function* point(
  step: StepOf<"rotate_connection" | "activate_credential">,
  credential: Pick<CredentialRecord, "version" | "options" | "authMethod" | "createdAt">,
): Work<void> {
  const changed = yield* change(pointRow, {
    uid: step.uid,
    expected: step.expectedResourceVersion,
    next: step.expectedResourceVersion + 1,
    options: credential.options,
    authMethod: credential.authMethod,
    credentialVersion: credential.version,
    rotatedAt: credential.createdAt,
    updatedAt: step.updatedAt,
    updatedBy: step.updatedBy,
  });
  if (changed === 1) return;
  throw (yield* first(tallyKeys, { uid: step.uid })) === undefined ? gone() : changedMeanwhile();
}

function gone(): KeymoorError {
  return new KeymoorError("connection_not_found", "The connection does not exist any more.");
}

function changedMeanwhile(): KeymoorError {
  return new KeymoorError("resource_version_conflict", "The connection was changed by someone else.", {
    hint: "Read it again and repeat the change.",
  });
}

function toRow({ status, lastUsedAt, ...rest }: ConnectionRecord): ConnectionRow {
  return {
    ...rest,
    lastUsedAt: lastUsedAt ?? "",
    statusPhase: status.phase,
    statusDetail: status.detail,
    statusCheckedAt: status.checkedAt,
  };
}

function tallyOf({ environmentId, cloud, region, type }: TallyKeys, total: number) {
  return { kind: "connection", owner: environmentId, cloud, region, label: type, total } as const;
}

type TallyKeys = Pick<ConnectionRecord, "environmentId" | "cloud" | "region" | "type">;

const insertRow = query((db, value: Placeholders<ConnectionRow>) =>
  db
    .insertInto("connection")
    .values(
      each(value, [
        "uid",
        "environmentId",
        "cloud",
        "region",
        "name",
        "type",
        "wireType",
        "endpoint",
        "options",
        "authMethod",
        "comment",
        "createdAt",
        "createdBy",
        "updatedAt",
        "updatedBy",
        "resourceVersion",
        "credentialVersion",
        "rotatedAt",
        "lastUsedAt",
        "statusPhase",
        "statusDetail",
        "statusCheckedAt",
        "managedBy",
      ]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

interface Pointing
  extends Pick<ConnectionRow, "uid" | "options" | "authMethod" | "rotatedAt" | "updatedAt" | "updatedBy"> {
  readonly expected: number;
  readonly next: number;
  readonly credentialVersion: number;
}

const pointRow = query((db, value: Placeholders<Pointing>) =>
  db
    .updateTable("connection")
    .set({
      ...each(value, ["options", "authMethod", "credentialVersion", "rotatedAt", "updatedAt", "updatedBy"]),
      resourceVersion: value("next"),
      statusPhase: "PENDING",
      statusDetail: "",
      statusCheckedAt: null,
    })
    .where("uid", "=", value("uid"))
    .where("resourceVersion", "=", value("expected")),
);

const updateManagedBy = query((db, value: Placeholders<{ uid: string; managedBy: string | null }>) =>
  db
    .updateTable("connection")
    .set({ managedBy: value("managedBy") })
    .where("uid", "=", value("uid")),
);

const deleteRow = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("connection").where("uid", "=", value("uid")),
);

const tallyKeys = query((db, value: Placeholders<{ uid: string }>) =>
  db
    .selectFrom("connection")
    .select(["environmentId", "cloud", "region", "type"])
    .where("uid", "=", value("uid")),
);

const insertCredential = query((db, value: Placeholders<CredentialRecord>) =>
  db
    .insertInto("credential")
    .values(
      each(value, ["connectionUid", "version", "authMethod", "options", "sealed", "createdAt", "createdBy"]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const credentialFacts = query((db, value: Placeholders<{ uid: string; version: number }>) =>
  db
    .selectFrom("credential")
    .select(["authMethod", "options", "createdAt"])
    .where("connectionUid", "=", value("uid"))
    .where("version", "=", value("version")),
);

const sealedVersions = query((db, value: Placeholders<{ uid: string }>) =>
  db
    .selectFrom("credential")
    .select(["version", "createdBy"])
    .where("connectionUid", "=", value("uid"))
    .orderBy("version", "desc"),
);

const destroyCredential = query((db, value: Placeholders<{ uid: string; version: number }>) =>
  db
    .deleteFrom("credential")
    .where("connectionUid", "=", value("uid"))
    .where("version", "=", value("version")),
);

const deleteCredentials = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("credential").where("connectionUid", "=", value("uid")),
);

const deleteUsage = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("usageDay").where("connectionUid", "=", value("uid")),
);
