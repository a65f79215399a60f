import type { Config } from "../config/settings.ts";
import { createCheckSchedule, type WorkLog } from "../operations/check-schedule.ts";
import { createWebhookDelivery } from "../operations/deliver-webhooks.ts";
import type { DueWork } from "../operations/due-work.ts";
import type { Services } from "../operations/services.ts";

/** What runs beside requests: planned checks, and reports to the webhook. */
export class Background {
  #checks: Pick<DueWork<never>, "start" | "poke" | "stop"> | undefined;
  #reports: Pick<DueWork<never>, "start" | "poke" | "stop"> | undefined;

  /** Requests say by this that there may be work; before the start and without any it goes nowhere. */
  readonly nudge: Services["nudge"] = {
    checks: () => this.#checks?.poke(),
    reports: () => this.#reports?.poke(),
  };

  start(services: Services, { verify, webhookUrl: url, webhookSecret: secret }: Config, log: WorkLog): void {
    if (verify === "on") this.#checks = createCheckSchedule(services, log);
    if (url !== undefined && secret !== undefined)
      this.#reports = createWebhookDelivery(services, { url, secret }, log);
    this.#checks?.start();
    this.#reports?.start();
  }

  /** Cuts short what is under way; what was due stays so in the database. */
  async stop(): Promise<void> {
    await this.#checks?.stop();
    await this.#reports?.stop();
  }
}
