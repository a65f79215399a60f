import { KeymoorError } from "../errors.ts";
import type { CheckPlanRecord, ConnectionRecord } from "../storage/records.ts";
import { type Actor, serverActor } from "./actor.ts";
import { hasOtherValue } from "./call-target.ts";
import { checkConnection } from "./check-connection.ts";
import { mostAtOnce } from "./check-line.ts";
import { afterNoTurnMs, afterUnfinishedMs, referenceLookMs } from "./check-plan.ts";
import { type Claim, DueWork } from "./due-work.ts";
import { noteChangedReference } from "./note-changed-reference.ts";
import { recordCheck, unfinished } from "./record-check.ts";
import type { Services } from "./services.ts";
import { verifyConnection } from "./verify-connection.ts";

/** The part of pino that work beside requests needs. */
export interface WorkLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** After a fault of our own, such as a full disk. */
const afterFaultMs = 60 * 60_000;

/** Checks connections when their plan says so: after a change of the credential, then daily. */
export function createCheckSchedule(services: Services, log: WorkLog): DueWork<CheckPlanRecord> {
  const onError = (error: unknown) => log.error({ err: error }, "a planned check failed");
  return new DueWork<CheckPlanRecord>({
    services,
    // What somebody asks for anyway is left to him, and takes nobody's place here while it waits.
    find: async (limit) => {
      const { checks, store, now } = services;
      const plans = await store.read.dueChecks(now().toISOString(), limit + checks.sharedCount);
      return plans.filter(({ connectionUid: uid }) => !checks.isShared(`${uid}/`));
    },
    keyOf: ({ connectionUid }) => connectionUid,
    // Whoever asks for a check stands in the same line, and goes first. Those that were just begun are not in it yet.
    room: (running) => Math.min(services.checks.free, mostAtOnce - running),
    claimStep: ({ connectionUid: uid, dueAt }, times) => ({ do: "claim_check", uid, dueAt, ...times }),
    work: (plan, signal, claim) => checkPlanned(services, plan, signal, claim, onError),
    onError,
  });
}

async function checkPlanned(
  services: Services,
  plan: CheckPlanRecord,
  signal: AbortSignal,
  claim: Claim,
  onError: (error: unknown) => void,
): Promise<void> {
  const { connectionUid: uid } = plan;
  // Read after the plan: what is claimed as that plan still has this credential.
  const connection = await services.store.read.connectionByUid(uid);
  // Deleted since, and its plan with it.
  if (connection === undefined) return;
  let isClaimed = false;
  const take = async () => {
    isClaimed = await claim();
    return isClaimed;
  };
  try {
    const actor = await serverActor(services, verifyConnection.name, connection);
    // It was let go of at no end: the process that was at it has died, and may die of it each time.
    if (plan.claimedUntil !== null) await noteUnfinished(actor, connection, plan, take);
    else if (plan.refused) await lookForOtherValue(actor, connection, take);
    // Its answer plans the next one.
    else if (!services.checks.isShared(`${uid}/`))
      await checkConnection(actor, connection, plan.trigger, { askedBy: undefined, signal }, take);
  } catch (error) {
    // Cut short by a stop: it is still due. Changed meanwhile, or another's: it is due anew, with a claim that is not ours.
    if (signal.aborted || (error instanceof KeymoorError && error.code === "stopping")) {
      if (isClaimed) await services.store.write([{ do: "release_check", uid }]);
    } else if (error instanceof KeymoorError && error.code === "check_not_done") {
      await postpone(services, uid, afterNoTurnMs);
    } else if (!isChange(error)) {
      onError(error);
      await postpone(services, uid, afterFaultMs);
    }
  }
}

async function noteUnfinished(
  actor: Actor,
  connection: ConnectionRecord,
  plan: CheckPlanRecord,
  claim: Claim,
): Promise<void> {
  if (!(await claim())) return;
  const { services } = actor;
  const waitMs = afterUnfinishedMs(plan);
  if (waitMs === undefined) {
    await recordCheck(actor, connection, unfinished(services, plan.trigger));
    return;
  }
  const dueAt = new Date(services.now().getTime() + waitMs).toISOString();
  const times = plan.unfinished + 1;
  await services.store.write([{ do: "release_check", uid: connection.uid, dueAt, unfinished: times }]);
}

/** A refused credential is shown again once the value behind its reference is another; finding that out dials nothing. */
async function lookForOtherValue(actor: Actor, connection: ConnectionRecord, claim: Claim): Promise<void> {
  if (!(await claim())) return;
  const { services } = actor;
  // A new version is due at once, and was not refused.
  const isNoted =
    (await hasOtherValue(services, connection)) && (await noteChangedReference(actor, connection));
  if (!isNoted) await postpone(services, connection.uid, referenceLookMs);
}

async function postpone(services: Services, uid: string, byMs: number): Promise<void> {
  const dueAt = new Date(services.now().getTime() + byMs).toISOString();
  await services.store.write([{ do: "release_check", uid, dueAt }]);
}

function isChange(error: unknown): boolean {
  return (
    error instanceof KeymoorError &&
    ["resource_version_conflict", "connection_not_found", "too_many_checks"].includes(error.code)
  );
}
