import { all, first, type Placeholders, query, type Work } from "./query.ts";
import type { CheckPlanRecord, CheckRecord, WebhookRecord } from "./records.ts";

export function* checks(uid: string): Work<readonly CheckRecord[]> {
  return yield* all(checksOf, { uid });
}

export function* checkPlan(uid: string): Work<CheckPlanRecord | undefined> {
  return yield* first(planOf, { uid });
}

export function* dueChecks(at: string, limit: number): Work<readonly CheckPlanRecord[]> {
  return yield* all(duePlans, { at, limit });
}

export function* dueWebhooks(at: string, limit: number): Work<readonly WebhookRecord[]> {
  return yield* all(dueDeliveries, { at, limit });
}

const checksOf = query((db, value: Placeholders<{ uid: string }>) =>
  db
    .selectFrom("connectionCheck")
    .select([
      "connectionUid",
      "id",
      "at",
      "trigger",
      "outcome",
      "phase",
      "detail",
      "credentialVersion",
      "durationMs",
      "certificateExpiresAt",
      "steps",
    ])
    .where("connectionUid", "=", value("uid"))
    .orderBy("number", "desc"),
);

const planOf = query((db, value: Placeholders<{ uid: string }>) =>
  db.selectFrom("checkPlan").selectAll().where("connectionUid", "=", value("uid")),
);

const duePlans = query((db, value: Placeholders<{ at: string; limit: number }>) =>
  db
    .selectFrom("checkPlan")
    .selectAll()
    .where("dueAt", "<=", value("at"))
    .where(({ eb, or }) => or([eb("claimedUntil", "is", null), eb("claimedUntil", "<=", value("at"))]))
    .orderBy("dueAt")
    .limit(value("limit")),
);

const dueDeliveries = query((db, value: Placeholders<{ at: string; limit: number }>) =>
  db
    .selectFrom("webhookDelivery")
    .selectAll()
    .where("dueAt", "<=", value("at"))
    .where(({ eb, or }) => or([eb("claimedUntil", "is", null), eb("claimedUntil", "<=", value("at"))]))
    .orderBy("dueAt")
    .limit(value("limit")),
);
