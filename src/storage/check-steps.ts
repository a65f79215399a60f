import { KeymoorError } from "../errors.ts";
import { type LatestTimes, latestTimes } from "./latest-times.ts";
import { change, each, first, type Placeholders, query, type Work } from "./query.ts";
import type { CheckPlanRecord, CheckTrigger, ConnectionRecord, WebhookRecord } from "./records.ts";
import type { CheckRow } from "./schema.ts";
import type { Step } from "./store.ts";

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

/** Enough to see since when something fails. */
const keptChecks = 10;

/** A new connection is checked at once, unless it takes the place of one whose checks are switched off. */
export function* insertPlan(uid: string, at: string, replaced: string | undefined): Work<void> {
  const before = replaced === undefined ? undefined : yield* first(switchOf, { uid: replaced });
  const enabled = before?.enabled ?? true;
  yield* change(insertPlanRow, { uid, enabled, dueAt: enabled ? at : null });
}

/** Nothing that was found out with another credential holds for this one, a refusal neither. */
export function* resetPlan(uid: string, at: string, trigger: CheckTrigger): Work<void> {
  yield* change(resetPlanRow, { uid, at, trigger });
}

export function* deleteChecks(uid: string): Work<void> {
  yield* change(deletePlanRow, { uid });
  yield* change(deleteCheckRows, { uid });
}

export function* claimCheck({ uid, dueAt, at, until }: StepOf<"claim_check">): Work<void> {
  const { latestClaim } = latestTimes(at);
  if ((yield* change(claimPlan, { uid, dueAt, at, until, latestClaim })) === 0) throw notDue();
}

export function* releaseCheck({ uid, dueAt, unfinished }: StepOf<"release_check">): Work<void> {
  yield* dueAt === undefined ? change(releasePlan, { uid }) : change(postponePlan, { uid, dueAt });
  if (unfinished !== undefined) yield* change(countUnfinished, { uid, unfinished });
}

export function* recordCheck(step: StepOf<"record_check">): Work<void> {
  const { check, dueAt, failures, unfinished, refused } = step;
  const uid = check.connectionUid;
  const changed = yield* change(updateStatus, {
    uid,
    credentialVersion: check.credentialVersion,
    expectedPhase: step.expectedPhase,
    phase: check.phase,
    detail: step.statusDetail,
    at: check.at,
  });
  if (changed === 0) {
    throw new KeymoorError("resource_version_conflict", "The connection changed while it was checked.", {
      hint: "Check it again.",
    });
  }
  const number = ((yield* first(lastNumber, { uid }))?.number ?? 0) + 1;
  yield* change(insertCheckRow, { ...check, number });
  yield* change(pruneCheckRows, { uid, number: number - keptChecks });
  yield* change(planNext, { uid, dueAt, failures, unfinished, refused });
}

export function* switchChecks(step: StepOf<"switch_checks">): Work<void> {
  const { uid, at } = step;
  const changed = yield* step.enabled
    ? change(switchOn, { uid, at, whenRefused: step.hasReference ? at : null })
    : change(switchOff, { uid });
  if (changed === 0)
    throw new KeymoorError("connection_not_found", "The connection does not exist any more.");
}

/** What waits is out of date by then. */
export function* insertWebhook(record: WebhookRecord): Work<void> {
  yield* change(deleteDeliveriesOf, { connectionUid: record.connectionUid });
  yield* change(insertDelivery, record);
}

export function* claimWebhook({ id, at, until }: StepOf<"claim_webhook">): Work<void> {
  if ((yield* change(claimDelivery, { id, at, until, ...latestTimes(at) })) === 0) throw notDue();
}

export function* hurryWebhooks({ at }: StepOf<"hurry_webhooks">): Work<void> {
  yield* change(hurryDeliveries, { at });
}

export function* finishWebhook({ id, dueAt }: StepOf<"finish_webhook">): Work<void> {
  yield* dueAt === null ? change(deleteDelivery, { id }) : change(retryDelivery, { id, dueAt });
}

function notDue(): KeymoorError {
  return new KeymoorError("resource_version_conflict", "It is not due, or another server is at it.");
}

type NewPlan = Pick<CheckPlanRecord, "enabled" | "dueAt"> & { readonly uid: string };

const insertPlanRow = query((db, value: Placeholders<NewPlan>) =>
  db.insertInto("checkPlan").values({
    connectionUid: value("uid"),
    enabled: value("enabled"),
    dueAt: value("dueAt"),
    trigger: "created",
    failures: 0,
    unfinished: 0,
    refused: false,
    claimedUntil: null,
  }),
);

const switchOf = query((db, value: Placeholders<{ uid: string }>) =>
  db.selectFrom("checkPlan").select("enabled").where("connectionUid", "=", value("uid")),
);

const resetPlanRow = query((db, value: Placeholders<{ uid: string; at: string; trigger: CheckTrigger }>) =>
  db
    .updateTable("checkPlan")
    .set(({ eb }) => ({
      dueAt: eb.case().when("enabled", "=", true).then(value("at")).else(null).end(),
      trigger: value("trigger"),
      failures: 0,
      unfinished: 0,
      refused: false,
      claimedUntil: null,
    }))
    .where("connectionUid", "=", value("uid")),
);

const deletePlanRow = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("checkPlan").where("connectionUid", "=", value("uid")),
);

const deleteCheckRows = query((db, value: Placeholders<{ uid: string }>) =>
  db.deleteFrom("connectionCheck").where("connectionUid", "=", value("uid")),
);

type CheckClaim = Omit<StepOf<"claim_check">, "do"> & { readonly latestClaim: string };

const claimPlan = query((db, value: Placeholders<CheckClaim>) =>
  db
    .updateTable("checkPlan")
    .set({ claimedUntil: value("until") })
    .where("connectionUid", "=", value("uid"))
    .where("dueAt", "=", value("dueAt"))
    .where(({ eb, or }) =>
      or([
        eb("claimedUntil", "is", null),
        eb("claimedUntil", "<=", value("at")),
        eb("claimedUntil", ">", value("latestClaim")),
      ]),
    ),
);

const releasePlan = query((db, value: Placeholders<{ uid: string }>) =>
  db.updateTable("checkPlan").set({ claimedUntil: null }).where("connectionUid", "=", value("uid")),
);

const postponePlan = query((db, value: Placeholders<{ uid: string; dueAt: string }>) =>
  db
    .updateTable("checkPlan")
    .set(({ eb }) => ({
      dueAt: eb.case().when("enabled", "=", true).then(value("dueAt")).else(null).end(),
      trigger: "scheduled",
      claimedUntil: null,
    }))
    .where("connectionUid", "=", value("uid")),
);

const countUnfinished = query((db, value: Placeholders<{ uid: string; unfinished: number }>) =>
  db
    .updateTable("checkPlan")
    .set({ unfinished: value("unfinished") })
    .where("connectionUid", "=", value("uid")),
);

interface StatusChange {
  readonly uid: string;
  readonly credentialVersion: number;
  readonly expectedPhase: ConnectionRecord["status"]["phase"];
  readonly phase: ConnectionRecord["status"]["phase"];
  readonly detail: string;
  readonly at: string;
}

const updateStatus = query((db, value: Placeholders<StatusChange>) =>
  db
    .updateTable("connection")
    .set({ statusPhase: value("phase"), statusDetail: value("detail"), statusCheckedAt: value("at") })
    .where("uid", "=", value("uid"))
    .where("credentialVersion", "=", value("credentialVersion"))
    .where("statusPhase", "=", value("expectedPhase")),
);

const lastNumber = query((db, value: Placeholders<{ uid: string }>) =>
  db
    .selectFrom("connectionCheck")
    .select("number")
    .where("connectionUid", "=", value("uid"))
    .orderBy("number", "desc")
    .limit(1),
);

const insertCheckRow = query((db, value: Placeholders<CheckRow>) =>
  db
    .insertInto("connectionCheck")
    .values(
      each(value, [
        "connectionUid",
        "number",
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
      ]),
    ),
);

const pruneCheckRows = query((db, value: Placeholders<{ uid: string; number: number }>) =>
  db
    .deleteFrom("connectionCheck")
    .where("connectionUid", "=", value("uid"))
    .where("number", "<=", value("number")),
);

type NextCheck = Pick<CheckPlanRecord, "dueAt" | "failures" | "unfinished" | "refused"> & {
  readonly uid: string;
};

const planNext = query((db, value: Placeholders<NextCheck>) =>
  db
    .updateTable("checkPlan")
    .set(({ eb }) => ({
      dueAt: eb.case().when("enabled", "=", true).then(value("dueAt")).else(null).end(),
      trigger: "scheduled",
      failures: value("failures"),
      unfinished: value("unfinished"),
      refused: value("refused"),
      claimedUntil: null,
    }))
    .where("connectionUid", "=", value("uid")),
);

type SwitchedOn = { readonly uid: string; readonly at: string; readonly whenRefused: string | null };

const switchOn = query((db, value: Placeholders<SwitchedOn>) =>
  db
    .updateTable("checkPlan")
    .set(({ eb }) => ({
      enabled: true,
      dueAt: eb.case().when("refused", "=", false).then(value("at")).else(value("whenRefused")).end(),
    }))
    .where("connectionUid", "=", value("uid")),
);

const switchOff = query((db, value: Placeholders<{ uid: string }>) =>
  db
    .updateTable("checkPlan")
    .set({ enabled: false, dueAt: null, claimedUntil: null })
    .where("connectionUid", "=", value("uid")),
);

const insertDelivery = query((db, value: Placeholders<WebhookRecord>) =>
  db
    .insertInto("webhookDelivery")
    .values(each(value, ["id", "connectionUid", "createdAt", "body", "attempts", "dueAt", "claimedUntil"])),
);

const deleteDeliveriesOf = query((db, value: Placeholders<{ connectionUid: string }>) =>
  db.deleteFrom("webhookDelivery").where("connectionUid", "=", value("connectionUid")),
);

type DeliveryClaim = Omit<StepOf<"claim_webhook">, "do"> & LatestTimes;

const claimDelivery = query((db, value: Placeholders<DeliveryClaim>) =>
  db
    .updateTable("webhookDelivery")
    .set({ claimedUntil: value("until") })
    .where("id", "=", value("id"))
    .where(({ eb, or }) => or([eb("dueAt", "<=", value("at")), eb("dueAt", ">", value("latestDue"))]))
    .where(({ eb, or }) =>
      or([
        eb("claimedUntil", "is", null),
        eb("claimedUntil", "<=", value("at")),
        eb("claimedUntil", ">", value("latestClaim")),
      ]),
    ),
);

const hurryDeliveries = query((db, value: Placeholders<{ at: string }>) =>
  db
    .updateTable("webhookDelivery")
    .set({ dueAt: value("at") })
    .where("dueAt", ">", value("at")),
);

const retryDelivery = query((db, value: Placeholders<{ id: string; dueAt: string }>) =>
  db
    .updateTable("webhookDelivery")
    .set(({ eb }) => ({ dueAt: value("dueAt"), attempts: eb("attempts", "+", 1), claimedUntil: null }))
    .where("id", "=", value("id")),
);

const deleteDelivery = query((db, value: Placeholders<{ id: string }>) =>
  db.deleteFrom("webhookDelivery").where("id", "=", value("id")),
);
