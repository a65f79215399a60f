import type { KeyObject } from "node:crypto";
import type { KeymoorError } from "../errors.ts";
import { expireUseTokens } from "./access-steps.ts";
import { applyStep, type NoteStep } from "./apply-step.ts";
import { AuditChain } from "./audit-chain.ts";
import { auditChains, expireAuditEvents, type Scope, saveChain } from "./audit-steps.ts";
import { all, type Work } from "./query.ts";
import { expireSessions } from "./session-steps.ts";
import { writeFailure } from "./sqlite-errors.ts";
import type { SqliteRunner } from "./sqlite-runner.ts";
import type { Step } from "./store.ts";
import { expireUsage } from "./usage-steps.ts";

/** Steps that hold together, with the number under which their caller waits. */
export interface StepList {
  readonly id: number;
  readonly steps: readonly Step[];
}

export interface Committed {
  /** Per list that failed, why; every other list holds and is durable. */
  readonly failed: ReadonlyMap<number, KeymoorError>;
  /** Why the notes were not written; they may be tried again. */
  readonly notesFailed: KeymoorError | undefined;
}

/** Events of a chain, and use tokens, that retention removes in one commit, so that it holds nobody up. */
const expiredPerCommit = 500;

/** Puts many lists of steps into one commit, each in a savepoint of its own, so that one that fails fails alone. */
export class SqliteCommitter {
  readonly #runner: SqliteRunner;
  readonly #chain: AuditChain;
  readonly #key: KeyObject;
  readonly #say: (command: Command) => void;
  #scopes: Scope[] = [];

  constructor(runner: SqliteRunner, chain: AuditChain, key: KeyObject) {
    this.#runner = runner;
    this.#chain = chain;
    this.#key = key;
    const { database } = runner;
    const prepared = {
      begin: database.prepare("begin immediate"),
      commit: database.prepare("commit"),
      rollback: database.prepare("rollback"),
      savepoint: database.prepare("savepoint list"),
      release: database.prepare("release list"),
      back: database.prepare("rollback to list"),
    };
    this.#say = (command) => prepared[command].run();
  }

  get #inTransaction(): boolean {
    return this.#runner.database.isTransaction;
  }

  commit(lists: readonly StepList[], notes: readonly (Step | NoteStep)[]): Committed {
    const failed = new Map<number, KeymoorError>();
    const merge = (more: ReadonlyMap<number, KeymoorError>) => {
      for (const [id, error] of more) failed.set(id, error);
    };
    let rest = lists;
    for (;;) {
      const attempt = this.#attempt(rest, notes);
      if (attempt.status === "committed") {
        merge(attempt.failed);
        return { failed, notesFailed: attempt.notesFailed };
      }
      const { by, error } = attempt;
      if (by === "commit") {
        for (const { id } of rest) failed.set(id, error);
        return { failed, notesFailed: error };
      }
      if (by === "notes") {
        merge(this.commit(rest, []).failed);
        return { failed, notesFailed: error };
      }
      // Those before it had fitted, so they go first; no list is applied more than a few times, however many fail.
      const culprit = rest.findIndex(({ id }) => id === by);
      if (culprit > 0) merge(this.commit(rest.slice(0, culprit), []).failed);
      failed.set(by, error);
      rest = rest.slice(culprit + 1);
    }
  }

  /** Removes some of what is older than `cutoff` and says whether there may be more. */
  expire(cutoff: string): boolean {
    const before = this.#chain.position;
    try {
      return this.#runner.transaction(expire(this.#chain, this.#key, cutoff));
    } catch (error) {
      this.#chain.restore(before);
      throw error;
    }
  }

  #attempt(lists: readonly StepList[], notes: readonly (Step | NoteStep)[]): Attempt {
    const before = this.#chain.position;
    const failed = new Map<number, KeymoorError>();
    let notesFailed: KeymoorError | undefined;
    this.#scopes = [];
    try {
      this.#say("begin");
      for (const { id, steps } of lists) {
        const error = this.#applyInSavepoint(steps);
        if (error === undefined) continue;
        if (!this.#inTransaction) return this.#lost(before, id, error);
        failed.set(id, error);
      }
      if (notes.length > 0) {
        notesFailed = this.#applyInSavepoint(notes);
        if (notesFailed !== undefined && !this.#inTransaction) {
          return this.#lost(before, "notes", notesFailed);
        }
      }
      if (this.#chain.position !== before) this.#runner.run(saveChain(this.#chain, this.#scopes));
      this.#say("commit");
      return { status: "committed", failed, notesFailed };
    } catch (error) {
      if (this.#inTransaction) this.#say("rollback");
      return this.#lost(before, "commit", writeFailure(error));
    }
  }

  #applyInSavepoint(steps: readonly (Step | NoteStep)[]): KeymoorError | undefined {
    const position = this.#chain.position;
    const scopes = this.#scopes.length;
    this.#say("savepoint");
    try {
      for (const step of steps) {
        this.#runner.run(applyStep(step, this.#chain));
        if (step.do === "append_audit") this.#scopes.push(step.event);
      }
      this.#say("release");
      return undefined;
    } catch (error) {
      this.#chain.restore(position);
      this.#scopes.length = scopes;
      // A full disk can end the whole transaction (https://www.sqlite.org/lang_transaction.html, section 3).
      if (this.#inTransaction) {
        this.#say("back");
        this.#say("release");
      }
      return writeFailure(error);
    }
  }

  #lost(before: AuditChain["position"], by: number | "notes" | "commit", error: KeymoorError): Attempt {
    this.#chain.restore(before);
    return { status: "lost", by, error };
  }
}

type Attempt =
  | {
      readonly status: "committed";
      readonly failed: ReadonlyMap<number, KeymoorError>;
      readonly notesFailed: KeymoorError | undefined;
    }
  /** The transaction is gone, and with it what the neighbours of the list `by` did. */
  | { readonly status: "lost"; readonly by: number | "notes" | "commit"; readonly error: KeymoorError };

type Command = "begin" | "commit" | "rollback" | "savepoint" | "release" | "back";

function* expire(own: AuditChain, key: KeyObject, cutoff: string): Work<boolean> {
  yield* expireSessions(new Date().toISOString());
  yield* expireUsage(cutoff.slice(0, "2026-11-20".length));
  let more = yield* expireUseTokens(cutoff, expiredPerCommit);
  if (yield* expireAuditEvents(own, cutoff, expiredPerCommit)) more = true;
  for (const row of yield* all(auditChains, {})) {
    if (row.instance === own.position.instance) continue;
    // A chain whose record does not hold is evidence, and stays.
    const chain = AuditChain.resume(key, row);
    if (chain !== undefined && (yield* expireAuditEvents(chain, cutoff, expiredPerCommit))) more = true;
  }
  return more;
}
