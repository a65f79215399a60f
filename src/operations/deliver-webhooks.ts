import { createHmac } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { WebhookRecord } from "../storage/records.ts";
import type { WorkLog } from "./check-schedule.ts";
import { DueWork } from "./due-work.ts";
import type { Services } from "./services.ts";

export interface WebhookTarget {
  readonly url: Secret;
  /** `whsec_` and the key in base64. */
  readonly secret: Secret;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;

/** Before the second, third ... attempt; after the last one a message is given up. */
const retryMs = [
  5 * secondMs,
  30 * secondMs,
  2 * minuteMs,
  10 * minuteMs,
  hourMs,
  6 * hourMs,
  24 * hourMs,
] as const;

const mostAtOnce = 4;
/** Longer than an attempt takes. */
const claimMs = 60_000;

/**
 * Delivers what stands in the outbox: at least once, each message always under the same id, signed as Standard Webhooks has
 * it (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function createWebhookDelivery(
  services: Services,
  target: WebhookTarget,
  log: WorkLog,
): DueWork<WebhookRecord> {
  return new DueWork<WebhookRecord>({
    find: (limit) => services.store.read.dueWebhooks(services.now().toISOString(), limit),
    keyOf: ({ id }) => id,
    room: (running) => mostAtOnce - running,
    work: (record, signal) => deliver(services, target, log, record, signal),
    onError: (error) => log.error({ err: error }, "a webhook could not be handled"),
  });
}

async function deliver(
  services: Services,
  target: WebhookTarget,
  log: WorkLog,
  record: WebhookRecord,
  signal: AbortSignal,
): Promise<void> {
  const { id } = record;
  if (!(await claim(services, id))) return;
  const problem = await attempt(services, target, record, signal);
  // A stop cut it short: whoever looks when the claim has ended tries again.
  if (signal.aborted && problem !== undefined) return;
  const waitMs = retryMs[record.attempts];
  const isOver = problem === undefined || waitMs === undefined;
  services.metrics.webhookAttempted(problem === undefined ? "delivered" : isOver ? "given_up" : "failed");
  const dueAt = isOver ? null : new Date(services.now().getTime() + waitMs).toISOString();
  await services.store.write([{ do: "finish_webhook", id, dueAt }]);
  if (problem === undefined) return;
  const facts = { webhookId: id, attempts: record.attempts + 1, problem };
  if (isOver) log.error(facts, "The webhook took a message at none of its attempts; it is given up.");
  else log.warn(facts, "The webhook did not take a message; it is tried again.");
}

/** What went wrong, in our words; undefined when it was taken. */
async function attempt(
  services: Services,
  { url, secret }: WebhookTarget,
  { id, body }: WebhookRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  const timestamp = String(Math.floor(services.now().getTime() / 1000));
  try {
    const { status } = await services.egress.deliver({
      url: url.reveal(),
      headers: {
        "webhook-id": id,
        "webhook-timestamp": timestamp,
        "webhook-signature": `v1,${signatureOf(secret, `${id}.${timestamp}.${body}`)}`,
      },
      body,
      signal,
    });
    return status >= 200 && status < 300 ? undefined : `answered ${status}`;
  } catch (error) {
    // Its sentence may name the address, which often carries a token.
    if (error instanceof KeymoorError) return error.code;
    throw error;
  }
}

function signatureOf(secret: Secret, signed: string): string {
  const key = Buffer.from(secret.reveal().slice("whsec_".length), "base64");
  return createHmac("sha256", key).update(signed).digest("base64");
}

async function claim(services: Services, id: string): Promise<boolean> {
  const now = services.now();
  const until = new Date(now.getTime() + claimMs).toISOString();
  try {
    await services.store.write([{ do: "claim_webhook", id, at: now.toISOString(), until }]);
    return true;
  } catch (error) {
    if (error instanceof KeymoorError && error.code === "resource_version_conflict") return false;
    throw error;
  }
}
