import type { Binding } from "../access/rights.ts";
import type {
  ApiKeyRecord,
  EnvironmentRecord,
  IdentityPoolRecord,
  PrincipalRecord,
  RegionRecord,
  SessionRecord,
  UseTokenRecord,
} from "../storage/records.ts";
import type { Reads } from "../storage/store.ts";

const lifeMs = 1000;
const mostEntries = 10_000;

/** A principal with what is bound to it. */
export interface KnownPrincipal {
  readonly principal: PrincipalRecord;
  readonly bindings: readonly Binding[];
}

/**
 * Access facts that nearly every request asks for, kept for a second. A change made by this server holds at once
 * (`clear`), one made by another server on the same database within that second.
 */
export class AccessCache {
  readonly #reads: Reads;
  readonly #nowMs: () => number;
  readonly #entries = new Map<string, { readonly untilMs: number; readonly value: Promise<unknown> }>();

  constructor(reads: Reads, nowMs: () => number) {
    this.#reads = reads;
    this.#nowMs = nowMs;
  }

  /** The server's organization: events that name no other belong to it, so that its administrators see them. */
  organizationId(): Promise<string | null> {
    return this.#keep("organization", async () => (await this.#reads.organizations())[0]?.id ?? null);
  }

  apiKey(id: string): Promise<ApiKeyRecord | undefined> {
    return this.#keep(`api_key ${id}`, () => this.#reads.apiKey(id));
  }

  useToken(id: string): Promise<UseTokenRecord | undefined> {
    return this.#keep(`use_token ${id}`, () => this.#reads.useToken(id));
  }

  session(id: string): Promise<SessionRecord | undefined> {
    return this.#keep(`session ${id}`, () => this.#reads.session(id));
  }

  identityPools(): Promise<readonly IdentityPoolRecord[]> {
    return this.#keep("identity_pools", () => this.#reads.identityPools());
  }

  principal(id: string): Promise<KnownPrincipal | undefined> {
    return this.#keep(`principal ${id}`, async () => {
      const principal = await this.#reads.principal(id);
      if (principal === undefined) return undefined;
      return { principal, bindings: await this.#reads.roleBindings(id) };
    });
  }

  environment(id: string): Promise<EnvironmentRecord | undefined> {
    return this.#keep(`environment ${id}`, () => this.#reads.environment(id));
  }

  regions(): Promise<readonly RegionRecord[]> {
    return this.#keep("regions", () => this.#reads.regions());
  }

  /** Forgets everything; called after every change of keys, tokens, roles, environments or regions. */
  clear(): void {
    this.#entries.clear();
  }

  #keep<Value>(key: string, read: () => Promise<Value>): Promise<Value> {
    const nowMs = this.#nowMs();
    const known = this.#entries.get(key);
    if (known !== undefined && known.untilMs > nowMs) return known.value as Promise<Value>;
    // Ids come from strangers; a flood of them must not fill the memory.
    if (this.#entries.size >= mostEntries) this.#entries.clear();
    const value = read();
    this.#entries.set(key, { untilMs: nowMs + lifeMs, value });
    value.catch(() => this.#entries.delete(key));
    return value;
  }
}
