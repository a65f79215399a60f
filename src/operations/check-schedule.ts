import { KeymoorError } from "../errors.ts";
import type { CheckPlanRecord, ConnectionRecord } from "../storage/records.ts";
import { serverActor } from "./actor.ts";
import { openCallTarget } from "./call-target.ts";
import { checkConnection } from "./check-connection.ts";
import { mostAtOnce } from "./check-line.ts";
import { referenceLookMs } from "./check-plan.ts";
import { DueWork } from "./due-work.ts";
import type { Services } from "./services.ts";
import { verifyConnection } from "./verify-connection.ts";

/** The part of pino that work beside requests needs. */
export interface WorkLog {
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** A server that is gone holds up a check for so long; no check takes longer. */
const claimMs = 60_000;
/** After a fault of our own, such as a full disk. */
const afterFaultMs = 60 * 60_000;

/** Checks connections when their plan says so: after a change of the credential, then daily. */
export function createCheckSchedule(services: Services, log: WorkLog): DueWork<CheckPlanRecord> {
  const onError = (error: unknown) => log.error({ err: error }, "a planned check failed");
  return new DueWork<CheckPlanRecord>({
    find: (limit) => services.store.read.dueChecks(services.now().toISOString(), limit),
    keyOf: ({ connectionUid }) => connectionUid,
    // Whoever asks for a check stands in the same line, and goes first. Those being claimed are not in it yet.
    room: (running) => Math.min(services.checks.free, mostAtOnce - running),
    work: (plan, signal) => checkPlanned(services, plan, signal, onError),
    onError,
  });
}

async function checkPlanned(
  services: Services,
  plan: CheckPlanRecord,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<void> {
  const { connectionUid: uid } = plan;
  if (!(await claim(services, uid))) return;
  const connection = await services.store.read.connectionByUid(uid);
  // Deleted since, and its plan with it.
  if (connection === undefined) return;
  try {
    if (plan.refused && !(await hasOtherValue(services, connection))) {
      await postpone(services, uid, referenceLookMs);
      return;
    }
    const actor = await serverActor(services, verifyConnection.name, connection);
    await checkConnection(actor, connection, plan.trigger, signal);
  } catch (error) {
    // Cut short by a stop: it is still due. Changed meanwhile: it is due anew, with a claim that is another's.
    if (signal.aborted) await services.store.write([{ do: "release_check", uid }]);
    else if (!isChange(error)) {
      onError(error);
      await postpone(services, uid, afterFaultMs);
    }
  }
}

async function claim(services: Services, uid: string): Promise<boolean> {
  const now = services.now();
  const until = new Date(now.getTime() + claimMs).toISOString();
  try {
    await services.store.write([{ do: "claim_check", uid, at: now.toISOString(), until }]);
    return true;
  } catch (error) {
    if (isChange(error)) return false;
    throw error;
  }
}

/** A refused credential is shown again once the value behind its reference is another; finding that out dials nothing. */
async function hasOtherValue(services: Services, connection: ConnectionRecord): Promise<boolean> {
  try {
    return (await openCallTarget(services, connection)).referenceChanged;
  } catch (error) {
    if (error instanceof KeymoorError && error.code === "secret_reference_invalid") return false;
    throw error;
  }
}

async function postpone(services: Services, uid: string, byMs: number): Promise<void> {
  const dueAt = new Date(services.now().getTime() + byMs).toISOString();
  await services.store.write([{ do: "release_check", uid, dueAt }]);
}

function isChange(error: unknown): boolean {
  return (
    error instanceof KeymoorError &&
    (error.code === "resource_version_conflict" || error.code === "connection_not_found")
  );
}
