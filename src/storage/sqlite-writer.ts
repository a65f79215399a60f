import { dirname } from "node:path";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { KeymoorError } from "../errors.ts";
import type { NoteStep } from "./apply-step.ts";
import { auditKeyOf } from "./audit-chain.ts";
import { resumeAuditChain } from "./open-audit-chain.ts";
import { SqliteCommitter, type StepList } from "./sqlite-committer.ts";
import { emptyLog, openDatabase, rewriteDatabase } from "./sqlite-database.ts";
import { openFailure, writeFailure } from "./sqlite-errors.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import type { Step } from "./store.ts";
import {
  type CarriedError,
  carry,
  type FromWriter,
  type ToWriter,
  type WriterOptions,
} from "./writer-messages.ts";

/** Bounds one commit, so that nobody waits for very many others. */
const listsPerCommit = 1000;
const notesPerCommit = 250;
/** While the disk is full, notes wait; beyond this many the oldest are given up. */
const maxWaitingNotes = 50_000;
const retryNotesMs = 1000;
/**
 * After something was destroyed and nothing more for so long, the log that still holds it is emptied; and tried again as
 * often while somebody reads from it.
 */
const tidyAfterMs = 500;
const expireEveryMs = 3_600_000;
const dayMs = 86_400_000;

/** The one writer of a SQLite store, in a thread of its own: collects what arrives while the previous commit runs. */
class Writer {
  readonly #port: NonNullable<typeof parentPort>;
  readonly #runner: SqliteRunner;
  readonly #committer: SqliteCommitter;
  readonly #retentionDays: number;
  readonly #folder: string;
  readonly #lists: StepList[] = [];
  readonly #notes: (Step | NoteStep)[] = [];
  readonly #flushes: number[] = [];
  readonly #compactions: Extract<ToWriter, { kind: "compact" }>[] = [];
  #notesPerCommit = notesPerCommit;
  #notesFailed: KeymoorError | undefined;
  #isClosing = false;
  #retry: NodeJS.Timeout | undefined;
  #expiry: NodeJS.Timeout | undefined;
  #tidying: NodeJS.Timeout | undefined;

  constructor(port: NonNullable<typeof parentPort>, options: WriterOptions) {
    const database = openDatabase(options.path, "write");
    if (options.maxPages !== undefined) database.exec(`pragma max_page_count = ${options.maxPages}`);
    this.#port = port;
    this.#runner = new SqliteRunner(database);
    const key = auditKeyOf(options.auditKey);
    this.#committer = new SqliteCommitter(
      this.#runner,
      this.#runner.run(resumeAuditChain(key, options.instance)),
      key,
    );
    this.#retentionDays = options.auditRetentionDays;
    this.#folder = dirname(options.path);
  }

  start(): void {
    this.#port.on("message", (message: ToWriter) => {
      this.#take(message);
      this.#work();
    });
    // A server that was killed, or stopped while somebody read, leaves what it had destroyed in the log.
    this.#emptyLog();
    this.#post({ kind: "ready" });
    this.#expireAfter(0);
  }

  /** Commits until nothing waits. */
  #work(): void {
    this.#notesFailed = undefined;
    for (;;) {
      for (;;) {
        const arrived: { message: ToWriter } | undefined = receiveMessageOnPort(this.#port);
        if (arrived === undefined) break;
        this.#take(arrived.message);
      }
      const mayNote = this.#notesFailed === undefined && this.#notes.length > 0;
      if (this.#lists.length === 0 && !mayNote) break;
      this.#commit(
        this.#lists.splice(0, listsPerCommit),
        mayNote ? this.#notes.splice(0, this.#notesPerCommit) : [],
      );
    }
    this.#compact();
    this.#answerFlushes();
    if (this.#isClosing) this.#close();
    else if (this.#notes.length > 0) this.#retryLater();
  }

  #take(message: ToWriter): void {
    if (message.kind === "close") {
      this.#isClosing = true;
      return;
    }
    if (message.kind === "compact") {
      this.#compactions.push(message);
      return;
    }
    this.#lists.push(...message.lists);
    this.#notes.push(...message.notes);
    if (message.flush !== undefined) this.#flushes.push(message.flush);
  }

  #commit(lists: readonly StepList[], notes: readonly (Step | NoteStep)[]): void {
    const { failed, notesFailed } = this.#committer.commit(lists, notes);
    if (lists.some(({ steps }) => steps.some(destroys))) this.#tidyLater();
    if (lists.length > 0) {
      this.#post({
        kind: "committed",
        done: lists.filter(({ id }) => !failed.has(id)).map(({ id }) => id),
        failed: [...failed].map(([id, error]) => ({ id, error: carry(error) })),
      });
    }
    if (notesFailed !== undefined) this.#keepNotes(notes, notesFailed);
    else if (this.#notes.length === 0) this.#notesPerCommit = notesPerCommit;
  }

  #keepNotes(notes: readonly (Step | NoteStep)[], error: KeymoorError): void {
    if (error.code === "storage_full") {
      this.#notesFailed = error;
      this.#notes.unshift(...notes);
      const excess = this.#notes.length - maxWaitingNotes;
      if (excess <= 0) return;
      this.#notes.splice(0, excess);
      this.#post({ kind: "lost_notes", count: excess, error: carry(error) });
      return;
    }
    if (notes.length > 1) {
      // One of them is bad; one by one, only that one is lost.
      this.#notesPerCommit = 1;
      this.#notes.unshift(...notes);
      return;
    }
    this.#post({ kind: "lost_notes", count: notes.length, error: carry(error) });
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#work();
    }, retryNotesMs);
  }

  #tidyLater(): void {
    clearTimeout(this.#tidying);
    this.#tidying = setTimeout(() => this.#emptyLog(), tidyAfterMs);
  }

  /** `secure_delete` wipes the file, but what was deleted stays in the log until that is moved into the file. */
  #emptyLog(): boolean {
    try {
      const isEmpty = emptyLog(this.#runner.database);
      if (!isEmpty && !this.#isClosing) this.#tidyLater();
      return isEmpty;
    } catch (error) {
      this.#post({ kind: "upkeep_failed", error: carry(writeFailure(error)) });
      return false;
    }
  }

  /** One rewriting answers all who asked. The log is tried again later as long as somebody reads from it. */
  #compact(): void {
    const asked = this.#compactions.splice(0);
    if (asked.length === 0) return;
    let error: CarriedError | undefined;
    try {
      if (asked.some(({ what }) => what === "rewrite")) rewriteDatabase(this.#runner.database, this.#folder);
    } catch (failure) {
      error = carry(writeFailure(failure));
    }
    const isLogEmpty = this.#emptyLog();
    for (const { id, what } of asked) {
      this.#post({ kind: "compacted", id, error: what === "rewrite" ? error : undefined, isLogEmpty });
    }
  }

  #answerFlushes(): void {
    const error = this.#notesFailed === undefined ? undefined : carry(this.#notesFailed);
    for (const id of this.#flushes.splice(0)) this.#post({ kind: "flushed", id, error });
  }

  #expireAfter(delayMs: number): void {
    this.#expiry = setTimeout(() => {
      let more = false;
      try {
        more = this.#committer.expire(new Date(Date.now() - this.#retentionDays * dayMs).toISOString());
      } catch (error) {
        this.#post({ kind: "upkeep_failed", error: carry(writeFailure(error)) });
      }
      this.#expireAfter(more ? 0 : expireEveryMs);
    }, delayMs);
  }

  #close(): void {
    clearTimeout(this.#retry);
    clearTimeout(this.#expiry);
    clearTimeout(this.#tidying);
    if (this.#notes.length > 0 && this.#notesFailed !== undefined) {
      this.#post({ kind: "lost_notes", count: this.#notes.length, error: carry(this.#notesFailed) });
    }
    this.#emptyLog();
    this.#runner.database.close();
    this.#port.close();
  }

  #post(message: FromWriter): void {
    this.#port.postMessage(message);
  }
}

function destroys(step: Step): boolean {
  const deletes = step.do === "delete_connection" || step.do === "rotate_connection";
  return deletes || (step.do === "insert_connection" && step.replaces !== undefined);
}

if (parentPort !== null) {
  const options: WriterOptions = workerData;
  try {
    new Writer(parentPort, options).start();
  } catch (error) {
    const failure: FromWriter = { kind: "cannot_start", error: carry(openFailure(error, options.path)) };
    parentPort.postMessage(failure);
  }
}
