import { type ErrorCode, type ErrorDetails, KeymoorError } from "../errors.ts";
import type { NoteStep } from "./apply-step.ts";
import type { StepList } from "./sqlite-committer.ts";
import type { Step } from "./store.ts";

/** What the writer needs to start. */
export interface WriterOptions {
  readonly path: string;
  readonly instance: string;
  readonly auditKey: Uint8Array;
  readonly auditRetentionDays: number;
  /** Of 4 KiB; a full disk for tests. */
  readonly maxPages: number | undefined;
}

export type ToWriter =
  | {
      readonly kind: "write";
      readonly lists: readonly StepList[];
      readonly notes: readonly (Step | NoteStep)[];
      /** Asks for an answer once no note waits any more. */
      readonly flush: number | undefined;
    }
  /** `rewrite`: the file, and then the log is emptied. */
  | { readonly kind: "compact"; readonly id: number; readonly what: "rewrite" | "log" }
  | { readonly kind: "close" };

export type FromWriter =
  | { readonly kind: "ready" }
  | { readonly kind: "cannot_start"; readonly error: CarriedError }
  | {
      readonly kind: "committed";
      readonly done: readonly number[];
      readonly failed: readonly { readonly id: number; readonly error: CarriedError }[];
    }
  | { readonly kind: "flushed"; readonly id: number; readonly error: CarriedError | undefined }
  | {
      readonly kind: "compacted";
      readonly id: number;
      readonly error: CarriedError | undefined;
      readonly isLogEmpty: boolean;
    }
  | { readonly kind: "lost_notes"; readonly count: number; readonly error: CarriedError }
  /** Removing old audit events, or emptying the log. */
  | { readonly kind: "upkeep_failed"; readonly error: CarriedError };

/** A KeymoorError as plain data; a clone of an Error would lose its class and its code. */
export interface CarriedError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly details: Omit<ErrorDetails, "cause">;
  readonly cause: string | undefined;
}

export function carry({ code, message, details }: KeymoorError): CarriedError {
  const { cause, ...shown } = details;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : undefined;
  return { code, message, details: shown, cause: text };
}

export function uncarry({ code, message, details, cause }: CarriedError): KeymoorError {
  return new KeymoorError(code, message, cause === undefined ? details : { ...details, cause });
}
