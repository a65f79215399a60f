import { KeymoorError } from "../errors.ts";
import { insertNew } from "./access-steps.ts";
import { change, each, type Placeholders, query, type Work } from "./query.ts";
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

export function* useLink({ id }: StepOf<"use_one_time_link">): Work<void> {
  if ((yield* change(deleteLink, { id })) === 0) {
    throw new KeymoorError("link_not_valid", "The link was used already.");
  }
}

/** Removes sessions and links that have ended. */
export function* expireSessions(now: string): Work<void> {
  yield* change(deleteEndedSessions, { now });
  yield* change(deleteEndedLinks, { now });
}

/** All that lets a principal in without a key. */
export function* endSignIns(principalId: string): Work<void> {
  yield* change(deleteOtherSessions, { principalId, except: "" });
  yield* change(deleteLinksOf, { principalId });
}

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
    .values(each(value, ["id", "principalId", "purpose", "mac", "createdAt", "createdBy", "expiresAt"]))
    .onConflict((conflict) => conflict.doNothing()),
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

const deleteLinksOf = query((db, value: Placeholders<{ principalId: string }>) =>
  db.deleteFrom("oneTimeLink").where("principalId", "=", value("principalId")),
);

const deleteEndedLinks = query((db, value: Placeholders<{ now: string }>) =>
  db.deleteFrom("oneTimeLink").where("expiresAt", "<", value("now")),
);
