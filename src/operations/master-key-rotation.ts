import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { Log } from "../log.ts";
import type { OpenedVault } from "../secrets/key-ring.ts";
import type { BoundCredentialRecord, CredentialKey, RingKeyRecord } from "../storage/records.ts";
import type { Step, Store } from "../storage/store.ts";
import { bindingOf } from "./seal-credential.ts";

/** What is sealed anew in one commit, and between two looks at other work: a few milliseconds. */
const credentialsPerBatch = 100;
const retryMs = 60_000;
/** For another program that reads the database as it was before, such as a backup. */
const longestReaderMs = 30_000;
const lookAgainMs = 250;

export interface RotatedMasterKey {
  readonly keyId: string;
  readonly previousKeyId: string;
  /** Credential versions that were sealed anew. */
  readonly credentials: number;
  /** Those that did not open before either, because something was changed in the database. */
  readonly unopened: number;
  /** Another program still reads the log, which has copies under the previous key. They go, and that key with them, once it ends. */
  readonly oldCopiesRemain: boolean;
  readonly seconds: number;
}

export interface RotationParts extends Pick<OpenedVault, "vault" | "masterKeys" | "rewrapRingKey"> {
  readonly store: Store;
  readonly log: Pick<Log, "info" | "warn" | "error">;
  /** How long a reader of the log is waited for, and how long what failed; tests do not. */
  readonly longestReaderMs?: number;
  readonly retryMs?: number;
}

/**
 * Exchanges the master key while the server works. The new key seals from the first moment on; then every data key is wrapped
 * anew, in batches, and once none needs it any more the key before is forgotten. A stop in between loses nothing: both keys
 * stay until then, and the next start goes on.
 */
export class MasterKeyRotation {
  readonly #parts: RotationParts;
  #isRunning = false;
  #isStopped = false;
  /** All is sealed anew and the file rewritten; only the log still holds what was before. */
  #isLogLeft = false;
  /** Makes the step that records the rotation; it is kept until that is written, however often sealing has to be tried. */
  #audit: (() => Step | Promise<Step>) | undefined;
  #retry: NodeJS.Timeout | undefined;

  constructor(parts: RotationParts) {
    this.#parts = parts;
  }

  /** Resolves when the previous key opens nothing any more, or says what remains. `audit` makes the step that is written before that. */
  rotate(audit: (keyId: string) => Step): Promise<RotatedMasterKey> {
    return this.#alone(async () => {
      const { masterKeys } = this.#parts;
      const startMs = performance.now();
      // An earlier one that failed half way, on a full disk perhaps.
      if (masterKeys.previousKeyIds.length > 0 && (await this.#finish()).oldCopiesRemain)
        throw readerInTheWay();
      const ring = await this.#parts.store.read.ringKeys();
      const previousKeyId = masterKeys.keyId;
      masterKeys.renew();
      const { keyId } = masterKeys;
      this.#audit = () => audit(keyId);
      const marked = this.#mark(ring);
      try {
        await marked;
        const found = await this.#finish();
        if (found.oldCopiesRemain) this.#sayWhatRemains();
        const seconds = Math.round(performance.now() - startMs) / 1000;
        return { keyId, previousKeyId, ...found, seconds };
      } catch (error) {
        this.#retryLater();
        throw error;
      }
    });
  }

  /**
   * Goes on with a rotation that a stop interrupted, or that settings ask for. Resolves before anything is sealed; the rest is
   * done in the background, and `audit` makes the step that records it.
   */
  async resume(audit: (keyId: string) => Promise<Step>): Promise<void> {
    const { masterKeys, store, log } = this.#parts;
    if (masterKeys.previousKeyIds.length === 0) {
      // Of a rotation that never began, because of a crash before the new key was in place.
      this.#removeLeftovers();
      return;
    }
    const previous = masterKeys.previousKeyIds.join(", ");
    log.info({ keyId: masterKeys.keyId, previous }, "Sealing all data keys under the new master key.");
    const ring = await store.read.ringKeys();
    if (this.#exchangesOf(ring).length > 0) this.#audit = () => audit(masterKeys.keyId);
    await this.#mark(ring);
    this.#inBackground(async () => {
      const found = await this.#finish();
      if (found.oldCopiesRemain) return this.#sayWhatRemains();
      log.info({ keyId: masterKeys.keyId, previous, ...found }, doneSentence(masterKeys.previousSetting));
    });
  }

  /** No further batch is begun; the next start goes on. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retry);
  }

  async #alone<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#isRunning) {
      throw new KeymoorError("master_key_being_rotated", "The master key is being rotated already.", {
        hint: "Wait until that is done; the server's log says when.",
      });
    }
    this.#isRunning = true;
    try {
      return await task();
    } finally {
      this.#isRunning = false;
    }
  }

  #inBackground(task: () => Promise<void>): void {
    this.#alone(task).catch((error: unknown) => {
      if (this.#isStopped) return;
      this.#parts.log.error(
        { err: asKeymoorError(error) },
        "Sealing under the new master key failed; it is tried again in a minute. Both keys are needed until then.",
      );
      this.#retryLater();
    });
  }

  #sayWhatRemains(): void {
    this.#parts.log.error(
      { keyId: this.#parts.masterKeys.keyId },
      "All data keys are sealed under the new master key, but another program reads the database as it was before, so its log still holds copies under the previous one. They are removed once that program ends: it is looked at every minute, and at the next start. Both keys are kept until then.",
    );
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#retry);
    if (this.#isStopped) return;
    this.#retry = setTimeout(() => {
      const { masterKeys, log } = this.#parts;
      if (masterKeys.previousKeyIds.length === 0) return;
      if (this.#isRunning) return this.#retryLater();
      this.#inBackground(async () => {
        const found = await this.#finish();
        if (found.oldCopiesRemain) return this.#retryLater();
        log.info({ keyId: masterKeys.keyId, ...found }, doneSentence(masterKeys.previousSetting));
      });
    }, this.#parts.retryMs ?? retryMs).unref();
  }

  /**
   * The keys of the ring are sealed anew first, all but one, and that one last: so a start in between misses the key that it is
   * not given. The write is on its way when this returns, before that of anything sealed from now on.
   */
  #mark(ring: readonly RingKeyRecord[]): Promise<void> {
    const ringKeys = this.#exchangesOf(ring.filter(({ purpose }) => purpose !== lastPurpose));
    return this.#parts.store.write([{ do: "rewrap", credentials: [], ringKeys }]);
  }

  async #finish(): Promise<Pick<RotatedMasterKey, "credentials" | "unopened" | "oldCopiesRemain">> {
    const { store } = this.#parts;
    // Rewriting the file once more would only add to the log.
    if (this.#isLogLeft) return { credentials: 0, unopened: 0, oldCopiesRemain: !(await this.#wipe()) };
    let credentials = 0;
    for (;;) {
      // What was sealed under the previous key is on its way to the writer after one turn (seal-credential.ts), and stored
      // when an empty write behind it is.
      await nextTurn();
      await store.write([]);
      const pass = await this.#rewrapAll();
      credentials += pass.rewrapped;
      if (pass.rewrapped > 0) continue;
      const ringKeys = this.#exchangesOf(await store.read.ringKeys());
      const steps = this.#audit === undefined ? [] : [await this.#audit()];
      await store.write([{ do: "rewrap", credentials: [], ringKeys }, ...steps]);
      this.#audit = undefined;
      return { credentials, unopened: pass.unopened, oldCopiesRemain: !(await this.#wipe()) };
    }
  }

  /** Only when no file holds anything under the previous key is that key forgotten; until then a start may need it. */
  async #wipe(): Promise<boolean> {
    const { store, masterKeys } = this.#parts;
    const endMs = performance.now() + (this.#parts.longestReaderMs ?? longestReaderMs);
    let isLogEmpty = this.#isLogLeft ? await store.emptyLog() : await store.compact();
    while (!isLogEmpty && performance.now() < endMs) {
      if (this.#isStopped) throw stopping();
      await new Promise((wake) => setTimeout(wake, lookAgainMs));
      isLogEmpty = await store.emptyLog();
    }
    this.#isLogLeft = !isLogEmpty;
    if (!isLogEmpty) return false;
    masterKeys.forgetPrevious();
    this.#removeLeftovers();
    return true;
  }

  /** They hold a key, so whoever may remove them should know of them; nothing needs them to be gone. */
  #removeLeftovers(): void {
    for (const left of this.#parts.masterKeys.removeLeftovers()) {
      this.#parts.log.warn(left, "A file that a rotation of the master key left cannot be removed.");
    }
  }

  async #rewrapAll(): Promise<{ readonly rewrapped: number; readonly unopened: number }> {
    const { store, log } = this.#parts;
    let after: CredentialKey = { connectionUid: "", version: 0 };
    let rewrapped = 0;
    let unopened = 0;
    for (;;) {
      if (this.#isStopped) throw stopping();
      const rows = await store.read.credentialsAfter(after, credentialsPerBatch);
      const credentials: Extract<Step, { do: "rewrap" }>["credentials"][number][] = [];
      for (const row of rows) {
        const to = this.#rewrapped(row);
        if (to === "unopened") {
          unopened += 1;
          log.error(
            { connection: row.name, uid: row.uid, version: row.version },
            "A credential does not open.",
          );
        } else if (to !== "current") {
          credentials.push({ connectionUid: row.uid, version: row.version, from: row.sealed, to });
        }
      }
      if (credentials.length > 0) await store.write([{ do: "rewrap", credentials, ringKeys: [] }]);
      rewrapped += credentials.length;
      const last = rows.at(-1);
      if (last === undefined || rows.length < credentialsPerBatch) return { rewrapped, unopened };
      after = { connectionUid: last.uid, version: last.version };
      await nextTurn();
    }
  }

  #rewrapped(row: BoundCredentialRecord): Uint8Array | "current" | "unopened" {
    const { vault } = this.#parts;
    try {
      if (vault.isCurrent(row.sealed)) return "current";
      return vault.rewrap(row.sealed, bindingOf(row, row.version));
    } catch {
      return "unopened";
    }
  }

  #exchangesOf(ring: readonly RingKeyRecord[]): Extract<Step, { do: "rewrap" }>["ringKeys"] {
    return ring.flatMap((row) => {
      const to = this.#parts.rewrapRingKey(row);
      return to === undefined ? [] : [{ id: row.id, from: row.sealed, to }];
    });
  }
}

const lastPurpose = "audit";

function doneSentence(previousSetting: string | undefined): string {
  const done = "All data keys are sealed under the new master key; the previous one opens nothing any more.";
  return previousSetting === undefined ? done : `${done} Remove ${previousSetting}.`;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function readerInTheWay(): KeymoorError {
  return new KeymoorError(
    "master_key_being_rotated",
    "The rotation before is not done: another program reads the database as it was before.",
    { hint: "End that program, such as a backup or a shell on keymoor.db, and try again." },
  );
}

function stopping(): KeymoorError {
  return new KeymoorError("stopping", "The server is stopping; the rotation goes on at its next start.", {
    hint: "Both master keys are kept until then.",
  });
}
