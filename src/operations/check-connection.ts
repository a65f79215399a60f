import type { CheckResult } from "../egress/check-result.ts";
import type { CallTarget } from "../egress/egress.ts";
import { KeymoorError } from "../errors.ts";
import type { CheckRecord, CheckTrigger, ConnectionRecord } from "../storage/records.ts";
import type { Actor } from "./actor.ts";
import { type OpenedTarget, openCallTarget } from "./call-target.ts";
import type { Turn } from "./check-line.ts";
import { noteChangedReference } from "./note-changed-reference.ts";
import { type MadeCheck, recordCheck } from "./record-check.ts";
import type { Services } from "./services.ts";

/**
 * Checks a stored connection with its own credential and records what was found. One check of a credential runs at a time:
 * whoever asks meanwhile shares it. Throws `resource_version_conflict` when the connection changed meanwhile, so that there
 * is nothing to record. `claim` is called when the check's turn has come, and says whether it is to be made here.
 */
export function checkConnection(
  actor: Actor,
  connection: ConnectionRecord,
  trigger: CheckTrigger,
  turn: Turn,
  claim: () => Promise<boolean> = async () => true,
): Promise<CheckRecord> {
  const key = `${connection.uid}/${connection.credentialVersion}`;
  return actor.services.checks.share(key, turn, async (shared) => {
    const isOurs = await claim();
    // Stopped meanwhile: the credential need not be opened any more.
    shared.throwIfAborted();
    if (isOurs) return await check(actor, connection, trigger, shared);
    throw new KeymoorError("resource_version_conflict", "Another server checks the connection now.", {
      hint: "Ask again.",
    });
  });
}

async function check(
  actor: Actor,
  connection: ConnectionRecord,
  trigger: CheckTrigger,
  signal: AbortSignal,
): Promise<CheckRecord> {
  const { current, opened } = await openCurrent(actor, connection);
  const made =
    opened instanceof KeymoorError
      ? unreadable(actor.services, opened, trigger)
      : await makeCheck(actor.services, opened.target, trigger, opened.hasReference, signal);
  return await recordCheck(actor, current, made);
}

/**
 * Dials, when its turn in the line has come; everything that the service or the network does is a result. Throws
 * `check_not_done` when it got no turn behind others of its kind, or its driver did not start: what is known of the connection stays.
 */
export async function makeCheck(
  services: Services,
  target: CallTarget,
  trigger: CheckTrigger,
  hasReference: boolean,
  signal: AbortSignal,
): Promise<MadeCheck> {
  const at = services.now().toISOString();
  const startedMs = performance.now();
  const result = await services.egress.check(target, signal);
  // What was cut short says nothing of the service, though it came to an end; the line says why it was cut.
  signal.throwIfAborted();
  if (result.isUndone === true) throw notDone();
  const durationMs = Math.round(performance.now() - startedMs);
  services.metrics.checkDone(result.outcome, durationMs / 1000);
  return { trigger, at, durationMs, result: storable(result), isUnreadable: false, hasReference };
}

function notDone(): KeymoorError {
  return new KeymoorError("check_not_done", "The check was not done: the server was too busy for it.", {
    hint: "Try again a little later.",
    retryAfterSeconds: 30,
  });
}

/** The connection as it is now, opened; where a value behind a reference has changed, as the version that says so. */
async function openCurrent(
  actor: Actor,
  stored: ConnectionRecord,
): Promise<{ readonly current: ConnectionRecord; readonly opened: OpenedTarget | KeymoorError }> {
  const opened = await openReadable(actor.services, stored);
  if (opened instanceof KeymoorError || !opened.referenceChanged) return { current: stored, opened };
  await noteChangedReference(actor, stored);
  const current = await actor.services.store.read.connectionByUid(stored.uid);
  // Somebody deleted it: recording will say so.
  if (current === undefined) return { current: stored, opened };
  return { current, opened: await openReadable(actor.services, current) };
}

/** A reference that leads to nothing is what the check has found out, and no failure of it. */
async function openReadable(
  services: Services,
  connection: ConnectionRecord,
): Promise<OpenedTarget | KeymoorError> {
  try {
    return await openCallTarget(services, connection);
  } catch (error) {
    if (error instanceof KeymoorError && error.code === "secret_reference_invalid") return error;
    throw error;
  }
}

function unreadable(services: Services, { details }: KeymoorError, trigger: CheckTrigger): MadeCheck {
  return {
    trigger,
    at: services.now().toISOString(),
    durationMs: 0,
    result: {
      outcome: "refused",
      detail: `The reference in option "${details.option ?? ""}" cannot be read`,
      steps: [],
      certificateExpiresAt: null,
    },
    isUnreadable: true,
    hasReference: true,
  };
}

/** Times in whole milliseconds: columns and answers have no fractions. */
function storable(result: CheckResult): CheckResult {
  const steps = result.steps.map((step) => ({ ...step, durationMs: Math.round(step.durationMs) }));
  return { ...result, steps };
}
