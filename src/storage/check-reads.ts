import type { ExpressionBuilder } from "kysely";
import { type LatestTimes, latestTimes } from "./latest-times.ts";
import { all, first, type Placeholders, query, type Work } from "./query.ts";
import type { CheckPlanRecord, CheckRecord, WebhookRecord } from "./records.ts";
import type { Schema } from "./schema.ts";

export function* checks(uid: string): Work<readonly CheckRecord[]> {
  return yield* all(checksOf, { uid });
}

export function* checkPlan(uid: string): Work<CheckPlanRecord | undefined> {
  return yield* first(planOf, { uid });
}

export function* dueChecks(at: string, limit: number): Work<readonly CheckPlanRecord[]> {
  const values = { at, ...latestTimes(at) };
  const due = yield* all(duePlans, { ...values, limit });
  return [...due, ...(yield* all(plansFarAhead, { ...values, limit: limit - due.length }))];
}

export function* dueWebhooks(at: string, limit: number): Work<readonly WebhookRecord[]> {
  const values = { at, ...latestTimes(at) };
  const due = yield* all(dueDeliveries, { ...values, limit });
  return [...due, ...(yield* all(deliveriesFarAhead, { ...values, limit: limit - due.length }))];
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

interface DueValues extends LatestTimes {
  readonly at: string;
  readonly limit: number;
}

type DueTable = "checkPlan" | "webhookDelivery";

const duePlans = query((db, value: Placeholders<DueValues>) =>
  db
    .selectFrom("checkPlan")
    .selectAll()
    .where("dueAt", "<=", value("at"))
    .where(isFree(value))
    .orderBy("dueAt")
    .limit(value("limit")),
);

const plansFarAhead = query((db, value: Placeholders<DueValues>) =>
  db
    .selectFrom("checkPlan")
    .selectAll()
    .where("dueAt", ">", value("latestDue"))
    .where(isFree(value))
    .orderBy("dueAt")
    .limit(value("limit")),
);

const dueDeliveries = query((db, value: Placeholders<DueValues>) =>
  db
    .selectFrom("webhookDelivery")
    .selectAll()
    .where("dueAt", "<=", value("at"))
    .where(isFree(value))
    .orderBy("dueAt")
    .limit(value("limit")),
);

const deliveriesFarAhead = query((db, value: Placeholders<DueValues>) =>
  db
    .selectFrom("webhookDelivery")
    .selectAll()
    .where("dueAt", ">", value("latestDue"))
    .where(isFree(value))
    .orderBy("dueAt")
    .limit(value("limit")),
);

/** No server is at it. */
function isFree(value: Placeholders<DueValues>) {
  return ({ eb, or }: ExpressionBuilder<Schema, DueTable>) =>
    or([
      eb("claimedUntil", "is", null),
      eb("claimedUntil", "<=", value("at")),
      eb("claimedUntil", ">", value("latestClaim")),
    ]);
}
