import { KeymoorError } from "../errors.ts";
import { insertNew } from "./access-steps.ts";
import { change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { OneTimeLinkRecord, SessionRecord } from "./records.ts";
import type { Step } from "./store.ts";

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

export function* insertSession({ record }: StepOf<"insert_session">): Work<void> {
  yield* insertNew(session, record, "This session");
}

export function* deleteSessions({ principalId, only, except }: StepOf<"delete_sessions">): Work<void> {
  if (only !== undefined) yield* change(deleteSession, { principalId, id: only });
  else yield* change(deleteOtherSessions, { principalId, except: except ?? "" });
}

export function* touchSession(values: { id: string; at: string }): Work<void> {
  yield* change(touch, values);
}

/** A new link takes the place of the one for the same purpose: the older one may be in wrong hands. */
export function* insertLink({ record }: StepOf<"insert_one_time_link">): Work<void> {
  yield* change(deleteLinks, { principalId: record.principalId, purpose: record.purpose });
  yield* insertNew(link, record, "This link");
}

export function* useLink({ id, at }: StepOf<"use_one_time_link">): Work<void> {
  if ((yield* change(markUsed, { id, at })) === 0) {
    throw new KeymoorError("link_not_valid", "The link was used already.");
  }
}

export function* deleteInvitation({ id }: StepOf<"delete_invitation">): Work<void> {
  if ((yield* change(deleteLink, { id })) === 0) {
    throw new KeymoorError("invitation_not_found", "This invitation does not exist any more.");
  }
}

export function* setPassword(values: { principalId: string; passwordHash: string }): Work<void> {
  if ((yield* change(password, values)) === 0) {
    throw new Error("whoever sets a password has looked its principal up");
  }
  yield* endLinks(values.principalId);
}

export function* requirePassword({ principalId, passwordHash }: StepOf<"require_password">): Work<void> {
  const user = yield* first(signInOf, { principalId });
  if (user?.disabledAt === null && user.passwordHash === passwordHash) return;
  throw new KeymoorError("password_not_accepted", "The password was changed meanwhile.");
}

/** Removes sessions that have ended, and links too; an invitation stays to be seen. */
export function* expireSessions(now: string): Work<void> {
  yield* change(deleteEndedSessions, { now });
  yield* change(deleteEndedLinks, { now });
}

/** All that lets a principal in without a key. */
export function* endSignIns(principalId: string): Work<void> {
  yield* change(deleteOtherSessions, { principalId, except: "" });
  yield* endLinks(principalId);
}

/** Links that were not used yet. */
function* endLinks(principalId: string): Work<void> {
  yield* change(deleteOpenLinks, { principalId });
}

const signInOf = query((db, value: Placeholders<{ principalId: string }>) =>
  db.selectFrom("principal").select(["passwordHash", "disabledAt"]).where("id", "=", value("principalId")),
);

const password = query((db, value: Placeholders<{ principalId: string; passwordHash: string }>) =>
  db
    .updateTable("principal")
    .set({ passwordHash: value("passwordHash") })
    .where("id", "=", value("principalId")),
);

const session = query((db, value: Placeholders<SessionRecord>) =>
  db
    .insertInto("session")
    .values(each(value, ["id", "principalId", "kind", "secretMac", "createdAt", "lastSeenAt", "expiresAt"]))
    .onConflict((conflict) => conflict.doNothing()),
);

const deleteSession = query((db, value: Placeholders<{ principalId: string; id: string }>) =>
  db.deleteFrom("session").where("id", "=", value("id")).where("principalId", "=", value("principalId")),
);

const deleteOtherSessions = query((db, value: Placeholders<{ principalId: string; except: string }>) =>
  db.deleteFrom("session").where("principalId", "=", value("principalId")).where("id", "!=", value("except")),
);

const touch = query((db, value: Placeholders<{ id: string; at: string }>) =>
  db
    .updateTable("session")
    .set({ lastSeenAt: value("at") })
    .where("id", "=", value("id"))
    .where("lastSeenAt", "<", value("at")),
);

const deleteEndedSessions = query((db, value: Placeholders<{ now: string }>) =>
  db.deleteFrom("session").where("expiresAt", "<", value("now")),
);

const link = query((db, value: Placeholders<OneTimeLinkRecord>) =>
  db
    .insertInto("oneTimeLink")
    .values(
      each(value, ["id", "principalId", "purpose", "mac", "createdAt", "createdBy", "expiresAt", "usedAt"]),
    )
    .onConflict((conflict) => conflict.doNothing()),
);

const markUsed = query((db, value: Placeholders<{ id: string; at: string }>) =>
  db
    .updateTable("oneTimeLink")
    .set({ usedAt: value("at") })
    .where("id", "=", value("id"))
    .where("usedAt", "is", null),
);

const deleteLink = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("oneTimeLink").where("id", "=", value("id")),
);

const deleteLinks = query((db, value: Placeholders<Pick<OneTimeLinkRecord, "principalId" | "purpose">>) =>
  db
    .deleteFrom("oneTimeLink")
    .where("principalId", "=", value("principalId"))
    .where("purpose", "=", value("purpose")),
);

const deleteOpenLinks = query((db, value: Placeholders<{ principalId: string }>) =>
  db.deleteFrom("oneTimeLink").where("principalId", "=", value("principalId")).where("usedAt", "is", null),
);

const deleteEndedLinks = query((db, value: Placeholders<{ now: string }>) =>
  db.deleteFrom("oneTimeLink").where("expiresAt", "<", value("now")).where("purpose", "!=", "invitation"),
);
