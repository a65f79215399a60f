import { Worker } from "node:worker_threads";
import { KeymoorError } from "../errors.ts";
import type { NoteStep } from "./apply-step.ts";
import { NoteBook } from "./notes.ts";
import type { StepList } from "./sqlite-committer.ts";
import type { Note, Step } from "./store.ts";
import {
  type CarriedError,
  type FromWriter,
  type ToWriter,
  uncarry,
  type WriterOptions,
} from "./writer-messages.ts";

export interface StoreLog {
  warn(details: object, message: string): void;
  error(details: object, message: string): void;
}

/** A crash loses no more of what was noted than this. */
const noteEveryMs = 1000;
/** More than this is written at once, whatever the time. */
const maxNotes = 5000;

/** The main thread's end of the writer: hands over what came in one turn of the event loop as one message. */
export class SqliteWriterLink {
  readonly #file: URL;
  readonly #options: WriterOptions;
  readonly #log: StoreLog | undefined;
  readonly #book = new NoteBook();
  readonly #waiting = new Map<number, Waiter>();
  #worker: Worker | undefined;
  #lists: StepList[] = [];
  #isScheduled = false;
  #noteTimer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #closing: Promise<void> | undefined;

  constructor(file: URL, options: WriterOptions, log: StoreLog | undefined) {
    this.#file = file;
    this.#options = options;
    this.#log = log;
  }

  async start(): Promise<void> {
    const worker = new Worker(this.#file, {
      workerData: this.#options,
      name: "sqlite-writer",
      resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 },
      // A thread of its own inherits neither flags meant for the main thread nor its environment, where secrets may be.
      execArgv: [],
      env: {},
    });
    this.#worker = worker;
    await new Promise<void>((resolve, reject) => {
      worker.on("message", (message: FromWriter) => {
        if (message.kind === "ready") resolve();
        else if (message.kind === "cannot_start") reject(uncarry(message.error));
        else this.#receive(message);
      });
      worker.once("error", (cause) => {
        reject(
          new KeymoorError("cannot_start", "The thread that writes the database did not start.", { cause }),
        );
        this.#log?.error({ err: cause }, "The thread that writes the database failed.");
      });
      worker.once("exit", () => {
        reject(new KeymoorError("cannot_start", "The thread that writes the database ended."));
        this.#ended(worker);
      });
    });
  }

  write(steps: readonly Step[]): Promise<void> {
    if (this.#closing !== undefined) return Promise.reject(stopping());
    return new Promise((resolve, reject) => {
      const id = this.#wait({ resolve: () => resolve(), reject });
      this.#lists.push({ id, steps });
      this.#schedule();
    });
  }

  note(note: Note): void {
    if (this.#closing !== undefined) return;
    this.#book.add(note);
    if (this.#book.size >= maxNotes) this.#schedule();
    this.#noteTimer ??= setTimeout(() => this.#schedule(), noteEveryMs).unref();
  }

  flush(): Promise<void> {
    if (this.#closing !== undefined) return this.#closing;
    return this.#flush();
  }

  /** Whether the log was emptied. */
  compact(what: "rewrite" | "log"): Promise<boolean> {
    if (this.#closing !== undefined) return Promise.reject(stopping());
    return new Promise((resolve, reject) => {
      const id = this.#wait({ resolve, reject });
      const worker = this.#worker ?? this.#restart();
      worker.postMessage({ kind: "compact", id, what } satisfies ToWriter);
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#flush()
      .catch((error: unknown) =>
        this.#log?.error({ err: error }, "Some audit events and counts were not written."),
      )
      .then(() => this.#end());
    return this.#closing;
  }

  #flush(): Promise<void> {
    return new Promise((resolve, reject) => {
      const id = this.#wait({ resolve: () => resolve(), reject });
      this.#send(id);
    });
  }

  async #end(): Promise<void> {
    const worker = this.#worker;
    if (worker === undefined) return;
    const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
    worker.postMessage({ kind: "close" } satisfies ToWriter);
    await ended;
  }

  #wait(waiter: Waiter): number {
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, waiter);
    return this.#lastId;
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      if (this.#isScheduled) this.#send(undefined);
    });
  }

  /** Sends all that waits, the notes too, which so share a commit with the changes. */
  #send(flush: number | undefined): void {
    this.#isScheduled = false;
    const lists = this.#lists;
    this.#lists = [];
    const notes = this.#book.take();
    clearTimeout(this.#noteTimer);
    this.#noteTimer = undefined;
    this.#post(lists, notes, flush);
  }

  #post(lists: readonly StepList[], notes: readonly (Step | NoteStep)[], flush: number | undefined): void {
    const worker = this.#worker ?? this.#restart();
    try {
      worker.postMessage({ kind: "write", lists, notes, flush } satisfies ToWriter);
    } catch (error) {
      // Something in it cannot cross to another thread; alone, only the list that holds it fails.
      if (lists.length + (notes.length > 0 ? 1 : 0) > 1) {
        for (const list of lists) this.#post([list], [], undefined);
        this.#post([], notes, flush);
        return;
      }
      for (const { id } of lists) this.#settle(id, notStored(error));
      if (flush !== undefined) this.#settle(flush, notStored(error));
      if (notes.length > 0)
        this.#log?.error({ err: error }, "Some audit events and counts were not written.");
    }
  }

  #receive(message: Exclude<FromWriter, { kind: "ready" | "cannot_start" }>): void {
    switch (message.kind) {
      case "committed":
        for (const id of message.done) this.#settle(id, undefined);
        for (const { id, error } of message.failed) this.#settle(id, this.#failure(error));
        return;
      case "flushed":
        this.#settle(message.id, message.error && uncarry(message.error));
        return;
      case "compacted":
        this.#settle(message.id, message.error && this.#failure(message.error), message.isLogEmpty);
        return;
      case "lost_notes":
        this.#log?.error({ count: message.count, cause: message.error.cause }, "Audit events were lost.");
        return;
      case "upkeep_failed":
        this.#log?.warn(
          { cause: message.error.cause },
          "Upkeep of the database failed; it is tried again later.",
        );
        return;
    }
  }

  #failure(carried: CarriedError): KeymoorError {
    if (carried.cause !== undefined) this.#log?.error({ cause: carried.cause }, carried.message);
    return uncarry(carried);
  }

  #settle(id: number, error: KeymoorError | undefined, isLogEmpty = false): void {
    const waiter = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiter?.resolve(isLogEmpty);
    else waiter?.reject(error);
  }

  /** The thread ended. If nobody asked it to, whoever waits cannot know whether his change holds, and the next write starts a new one. */
  #ended(worker: Worker): void {
    if (this.#worker === worker) this.#worker = undefined;
    for (const id of [...this.#waiting.keys()]) this.#settle(id, notStored(undefined));
  }

  #restart(): Worker {
    this.#log?.warn({}, "Starting the thread that writes the database again.");
    this.start().catch((error: unknown) => {
      this.#log?.error({ err: error }, "The thread that writes the database did not start again.");
    });
    if (this.#worker === undefined) throw new Error("start() sets the worker before it waits");
    return this.#worker;
  }
}

interface Waiter {
  /** Only who compacts listens to what it says. */
  readonly resolve: (isLogEmpty: boolean) => void;
  readonly reject: (error: KeymoorError) => void;
}

function stopping(): KeymoorError {
  return new KeymoorError("stopping", "The server is stopping and takes no more changes.", {
    hint: "Try again in a moment.",
    retryAfterSeconds: 5,
  });
}

function notStored(cause: unknown): KeymoorError {
  return new KeymoorError("internal_error", "It is not known whether the change was stored.", {
    hint: "Read it again before repeating the change.",
    ...(cause === undefined ? {} : { cause }),
  });
}
