import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { KeymoorError } from "../errors.ts";
import { reasonOf } from "../reason-of.ts";
import { Secret } from "../secret.ts";
import type { AuditEvent, RegionKey } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import { type Seed, seedError } from "./seed-file.ts";
import type { Services } from "./services.ts";

/** What is there already, and the steps towards what is not. */
export class SeedPlan {
  readonly services: Services;
  readonly source: SeedSource;
  readonly organizationId: string;
  readonly at: string;
  readonly steps: Step[] = [];
  readonly #known = new Set<string>();
  readonly #seen = new Map<string, string>();

  private constructor(services: Services, source: SeedSource, organizationId: string) {
    this.services = services;
    this.source = source;
    this.organizationId = organizationId;
    this.at = services.now().toISOString();
  }

  static async open(services: Services, seed: Seed, source: SeedSource): Promise<SeedPlan> {
    const [organization] = await services.store.read.organizations();
    const organizationId = organization?.id ?? seed.organization?.id;
    if (organizationId === undefined) throw new Error("the first start brings an organization");
    const plan = new SeedPlan(services, source, organizationId);
    if (seed.organization !== undefined && seed.organization.id !== organizationId) {
      throw plan.refusal(
        "organization.id",
        "the data folder holds another organization, and a server holds one.",
        {
          hint: "Leave `organization` out, or start with an empty data folder.",
        },
      );
    }
    await plan.#learn();
    return plan;
  }

  async #learn(): Promise<void> {
    const { read } = this.services.store;
    for (const { id } of await read.organizations()) this.#know("organization", id);
    for (const region of await read.regions()) this.#know("region", regionKey(region));
    for (const { id, kind } of await read.principals()) {
      this.#know("principal", id);
      this.#know(kind, id);
    }
    for (const { id } of await read.environments()) {
      this.#know("environment", id);
      for (const pool of await read.computePools(id)) this.#know("compute_pool", pool.id);
    }
  }

  #know(kind: string, key: string): void {
    this.#known.add(`${kind} ${key}`);
  }

  /** Whether it exists or is about to. */
  has(kind: string, key: string): boolean {
    return this.#known.has(`${kind} ${key}`);
  }

  /** Refuses a second item of one key in the file. */
  once(kind: string, key: string, at: string): void {
    const first = this.#seen.get(`${kind} ${key}`);
    if (first !== undefined) throw this.refusal(at, `it is given twice; the first one is ${first}.`);
    this.#seen.set(`${kind} ${key}`, at);
  }

  /** Steps for one thing, unless it exists or an earlier seed made it. `make` is asked only when it is needed. */
  async add(
    kind: string,
    key: string,
    options: {
      readonly exists?: boolean;
      readonly environmentId?: string;
      readonly make: () => Promise<Step> | Step;
    },
  ): Promise<void> {
    if (await this.services.store.read.isSeeded(kind, key)) return;
    if (options.exists !== true && !this.has(kind, key)) {
      const step = await options.make();
      this.steps.push(step, this.#audit(kind, key, options.environmentId));
      this.#know(kind, key);
      if (step.do === "insert_principal") this.#know(step.record.kind, key);
    }
    // What exists is marked too: once somebody deletes it, it stays deleted.
    this.steps.push({ do: "mark_seeded", kind, key });
  }

  #audit(kind: string, key: string, environmentId: string | undefined): Step {
    const event: AuditEvent = {
      id: crypto.randomUUID(),
      at: this.at,
      action: `${kind}.create`,
      outcome: "done",
      code: null,
      principal: seedPrincipal,
      credential: null,
      address: null,
      requestId: null,
      organizationId: this.organizationId,
      environmentId: environmentId ?? null,
      cloud: null,
      region: null,
      resourceKind: kind,
      resourceName: key,
      count: 1,
    };
    return { do: "append_audit", event };
  }

  /** Refuses a reference to something that neither the file nor the database has. */
  need(kind: string, key: string, at: string): void {
    if (this.has(kind, key)) return;
    throw this.refusal(
      at,
      `there is no ${kind.replace("_", " ")} "${key}", neither in this file nor in the database.`,
    );
  }

  needPlace(
    place: { readonly environment: string; readonly cloud: string; readonly region: string },
    at: string,
  ): void {
    this.need("environment", place.environment, `${at}.environment`);
    this.need("region", regionKey(place), `${at}.region`);
  }

  /** The text of a password or key secret; `${env:NAME}` and `${file:PATH}` are read now. */
  resolve(secret: Secret, at: string): Secret {
    const reference = /^\$\{(env|file):([^}]+)\}$/.exec(secret.reveal());
    const [, kind, name] = reference ?? [];
    if (name === undefined) return secret;
    const text = kind === "env" ? this.source.env[name] : this.#read(resolve(this.source.folder, name), at);
    if (text) return new Secret(text);
    throw this.refusal(
      at,
      kind === "env" ? `the environment variable ${name} is not set.` : `the file ${name} is empty.`,
    );
  }

  #read(path: string, at: string): string {
    try {
      return readFileSync(path, "utf8").replace(/\r?\n$/, "");
    } catch (cause) {
      throw this.refusal(at, `the file ${path} cannot be read (${reasonOf(cause)}).`);
    }
  }

  refusal(at: string, sentence: string, { hint }: { readonly hint?: string } = {}): KeymoorError {
    return seedError(this.source.label, at, sentence, hint);
  }
}

export interface SeedSource {
  /** Begins every error: `Seed file /etc/keymoor/seed.yaml`. */
  readonly label: string;
  /** Where `${file:PATH}` of a password or key secret begins. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What is stored in the same transaction. */
  readonly alongside?: readonly Step[];
  /** Runs when everything was judged and nothing is written yet. */
  readonly beforeWrite?: () => void;
  /** Runs as soon as everything but the connections is stored. */
  readonly afterWrite?: () => void;
}

/** Who seeded things are made by, in records and the audit trail. */
export const seedPrincipal = "keymoor:seed";

export function regionKey({ cloud, region }: RegionKey): string {
  return `${cloud.toLowerCase()}.${region}`;
}
