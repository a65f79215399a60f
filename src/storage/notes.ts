import type { NoteStep } from "./apply-step.ts";
import type { AuditEvent } from "./records.ts";
import type { Note, Step } from "./store.ts";

/** Gathers what is counted off the request path, like things as one, until it is written. */
export class NoteBook {
  #events: AuditEvent[] = [];
  readonly #counted = new Map<string, AuditEvent>();
  readonly #uses = new Map<string, Extract<NoteStep, { do: "add_uses" }>["row"]>();
  readonly #tokens = new Map<string, string>();
  readonly #sessions = new Map<string, string>();

  add(note: Note): void {
    switch (note.note) {
      case "event":
        this.#events.push(note.event);
        return;
      case "counted_event":
        this.#count(note.event);
        return;
      case "use":
        this.#use(note);
        return;
      case "session_seen":
        this.#sessions.set(note.id, note.at);
        return;
    }
  }

  get size(): number {
    const { length } = this.#events;
    return length + this.#counted.size + this.#uses.size + this.#tokens.size + this.#sessions.size;
  }

  /** The steps that write it all; the book is empty afterwards. */
  take(): readonly (Step | NoteStep)[] {
    const events = [...this.#events, ...this.#counted.values()];
    const steps: (Step | NoteStep)[] = [
      ...events.map((event) => ({ do: "append_audit", event }) as const),
      ...[...this.#uses.values()].map((row) => ({ do: "add_uses", row }) as const),
      ...[...this.#tokens].map(([id, at]) => ({ do: "touch_use_token", id, at }) as const),
      ...[...this.#sessions].map(([id, at]) => ({ do: "touch_session", id, at }) as const),
    ];
    this.#events = [];
    this.#counted.clear();
    this.#uses.clear();
    this.#tokens.clear();
    this.#sessions.clear();
    return steps;
  }

  #count(event: AuditEvent): void {
    const { id: _, count, ...same } = event;
    const second = event.at.slice(0, "2026-11-20T12:00:00".length);
    const key = JSON.stringify({ ...same, at: second, requestId: null });
    const known = this.#counted.get(key);
    if (known === undefined) this.#counted.set(key, event);
    else this.#counted.set(key, { ...known, count: known.count + count });
  }

  #use({ uid, at, principal, useTokenId }: Extract<Note, { note: "use" }>): void {
    const day = at.slice(0, "2026-11-20".length);
    const token = useTokenId ?? "";
    const key = `${uid} ${day} ${principal} ${token}`;
    const calls = (this.#uses.get(key)?.calls ?? 0) + 1;
    this.#uses.set(key, { connectionUid: uid, day, principal, useTokenId: token, calls, lastAt: at });
    if (useTokenId !== null) this.#tokens.set(useTokenId, at);
  }
}
