import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { KeymoorError } from "../errors.ts";
import type { Step } from "../storage/store.ts";
import type { Services } from "./services.ts";

/** Work that stands in the database with the time when it is due; several servers may look at the same one. */
export interface DueWorkOptions<Item> {
  readonly services: Pick<Services, "store" | "now">;
  /** What is due and no server is at, at most `limit` of it. */
  readonly find: (limit: number) => Promise<readonly Item[]>;
  readonly keyOf: (item: Item) => string;
  /** Takes the item until `until`; `resource_version_conflict` when another server has it. */
  readonly claimStep: (item: Item, times: { readonly at: string; readonly until: string }) => Step;
  /** Claims the item and does it, within 60 seconds from the claim. Rejects only for what nobody expected. */
  readonly work: (item: Item, signal: AbortSignal, claim: Claim) => Promise<void>;
  /** How many more may be begun now. */
  readonly room: (running: number) => number;
  readonly onError: (error: unknown) => void;
}

/** Says whether the item is this server's now. It is called once, when the work can begin. */
export type Claim = () => Promise<boolean>;

/** A server that is gone holds up its work for so long; none may take longer. */
const claimMs = 60_000;
/** A stop waits no longer for what is under way: the process has an end to keep to. */
const stopMs = 2_000;
/** So late may be noticed what another server left, or what is due only now. */
const pollMs = 10_000;

/** Finds what is due and does it, until it is stopped. It keeps no process from ending. */
export class DueWork<Item> {
  readonly #options: DueWorkOptions<Item>;
  readonly #stopping = new AbortController();
  readonly #running = new Map<string, Promise<void>>();
  /** Failed for what nobody expected, such as a full disk: left alone until the next poll. */
  readonly #failed = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #isPoked = false;
  /** The last look may have left something for want of room. */
  #isMore = false;

  constructor(options: DueWorkOptions<Item>) {
    this.#options = options;
    // All that is under way listens to it, which Node takes for a leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#failed.clear();
      this.poke();
    }, pollMs).unref();
    this.poke();
  }

  /** Looks soon, and not before whoever says so has done what he is at. */
  poke(): void {
    if (this.#isPoked || this.#stopping.signal.aborted) return;
    this.#isPoked = true;
    setImmediate(() => {
      this.#isPoked = false;
      void this.#look();
    });
  }

  /** Does what is due now and waits for its end. */
  async settle(): Promise<void> {
    do {
      await this.#look();
      await Promise.all(this.#running.values());
    } while (this.#isMore || this.#running.size > 0);
  }

  /** Begins nothing more, cuts short what is under way and waits for its end, which lets go of what was claimed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    const late = new AbortController();
    const ended = async () => {
      await this.#looking;
      await Promise.all(this.#running.values());
      late.abort();
    };
    await Promise.race([ended(), delay(stopMs, undefined, { signal: late.signal }).catch(() => {})]);
  }

  /** One look at a time, or two would begin the same. */
  async #look(): Promise<void> {
    while (this.#looking !== undefined) await this.#looking;
    this.#looking = this.#begin().catch(this.#options.onError);
    await this.#looking;
    this.#looking = undefined;
  }

  async #begin(): Promise<void> {
    const { find, keyOf, room } = this.#options;
    const limit = room(this.#running.size);
    this.#isMore = limit <= 0;
    if (limit <= 0 || this.#stopping.signal.aborted) return;
    // What was begun and is not claimed yet is found again, and so is what failed: they may take nobody's place.
    const most = limit + this.#running.size + this.#failed.size;
    const found = await find(most);
    if (this.#stopping.signal.aborted) return;
    const fresh = found.filter((item) => !this.#running.has(keyOf(item)) && !this.#failed.has(keyOf(item)));
    this.#isMore = found.length >= most || fresh.length > limit;
    for (const item of fresh.slice(0, limit)) this.#run(item);
  }

  #run(item: Item): void {
    const key = this.#options.keyOf(item);
    const done = this.#options
      .work(item, this.#stopping.signal, () => this.#claim(item))
      .catch((error) => {
        this.#failed.add(key);
        this.#options.onError(error);
      })
      .then(() => {
        this.#running.delete(key);
        // Where it failed, others most likely would as well: they wait for the next poll.
        if (this.#isMore && !this.#failed.has(key)) this.poke();
      });
    this.#running.set(key, done);
  }

  async #claim(item: Item): Promise<boolean> {
    const { services, claimStep } = this.#options;
    const now = services.now();
    const until = new Date(now.getTime() + claimMs).toISOString();
    try {
      await services.store.write([claimStep(item, { at: now.toISOString(), until })]);
      return true;
    } catch (error) {
      if (error instanceof KeymoorError && error.code === "resource_version_conflict") return false;
      throw error;
    }
  }
}
