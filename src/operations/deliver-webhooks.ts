import { createHmac } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { WebhookRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
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

/** So many attempts in a row that came to nothing are the receiver's fault, and no message's. */
const failuresBeforePause = 3;
/** Who has mended his receiver waits no longer than this. */
const longestPauseMs = 10 * minuteMs;

/** How the receiver does. While it takes nothing, one message at a time finds out whether it does again. */
class Receiver {
  #failures = 0;
  #pausedUntilMs = 0;

  get isFailing(): boolean {
    return this.#failures >= failuresBeforePause;
  }

  isPaused(nowMs: number): boolean {
    return this.isFailing && nowMs < this.#pausedUntilMs;
  }

  /** Says whether it has come back, so that what waits for a later attempt need not wait any longer. */
  took(): boolean {
    const isBack = this.isFailing;
    this.#failures = 0;
    return isBack;
  }

  failed(nowMs: number): void {
    // One of those that were under way when it failed.
    if (this.isPaused(nowMs)) return;
    this.#failures += 1;
    const pauseMs = Math.min(retryMs[this.#failures - 1] ?? longestPauseMs, longestPauseMs);
    this.#pausedUntilMs = nowMs + pauseMs;
  }
}

/**
 * Delivers what stands in the outbox: at least once, unless a newer one takes its place, each always under the same id, signed
 * as Standard Webhooks has it (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function createWebhookDelivery(
  services: Services,
  target: WebhookTarget,
  log: WorkLog,
): DueWork<WebhookRecord> {
  const receiver = new Receiver();
  return new DueWork<WebhookRecord>({
    services,
    find: async (limit) => {
      const now = services.now();
      if (receiver.isPaused(now.getTime())) return [];
      return await services.store.read.dueWebhooks(now.toISOString(), limit);
    },
    keyOf: ({ id }) => id,
    room: (running) => (receiver.isFailing ? 1 : mostAtOnce) - running,
    claimStep: ({ id }, times) => ({ do: "claim_webhook", id, ...times }),
    work: async (record, signal, claim) => {
      if (await claim()) await deliver(services, target, receiver, log, record, signal);
    },
    onError: (error) => log.error({ err: error }, "a webhook could not be handled"),
  });
}

async function deliver(
  services: Services,
  target: WebhookTarget,
  receiver: Receiver,
  log: WorkLog,
  record: WebhookRecord,
  signal: AbortSignal,
): Promise<void> {
  const { id } = record;
  const problem = await attempt(services, target, record, signal);
  // A stop cut it short: whoever looks when the claim has ended tries again.
  if (signal.aborted && problem !== undefined) return;
  const waitMs = retryMs[record.attempts];
  const isOver = problem === undefined || waitMs === undefined;
  services.metrics.webhookAttempted(problem === undefined ? "delivered" : isOver ? "given_up" : "failed");
  const now = services.now();
  const dueAt = isOver ? null : new Date(now.getTime() + waitMs).toISOString();
  const steps: Step[] = [{ do: "finish_webhook", id, dueAt }];
  if (problem !== undefined) receiver.failed(now.getTime());
  else if (receiver.took()) steps.push({ do: "hurry_webhooks", at: now.toISOString() });
  await services.store.write(steps);
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
