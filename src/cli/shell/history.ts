import { appendFileSync, chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { lex } from "../../sql/lex.ts";
import { redact } from "../../sql/redact.ts";
import type { Vocabulary } from "../../sql/vocabulary.ts";

const mostEntries = 1000;

/** What was typed, with every secret masked. */
export interface History {
  /** Newest first, as readline wants them. */
  readonly entries: readonly string[];
  /** Why the file does not keep them, e.g. `EACCES`; undefined while it does. */
  readonly failure: string | undefined;
  /** Adds a statement, here and to the file, and returns its entry; undefined for a repetition. */
  add(statement: string): string | undefined;
}

/** A history in a file that only its owner may read: one JSON text a line, oldest first. Several shells may add to it. */
export function openHistory(path: string, vocabulary: Vocabulary): History {
  let failure: string | undefined;
  const attempt = <Result>(work: () => Result): Result | undefined => {
    try {
      return work();
    } catch (error) {
      failure = error instanceof Error && "code" in error ? String(error.code) : "it failed";
      return undefined;
    }
  };
  const entries = attempt(() => readEntries(path)) ?? [];
  return {
    entries,
    get failure() {
      return failure;
    },
    add: (statement) => {
      const entry = historyEntry(statement, vocabulary);
      if (entry === "" || entry === entries[0]) return undefined;
      entries.unshift(entry);
      if (failure === undefined) attempt(() => keepEntry(path, entry));
      return entry;
    },
  };
}

/**
 * A statement as the history has it: redacted and, because readline edits lines, without comments and on one line. Only a line
 * break in quotes stays.
 */
export function historyEntry(statement: string, vocabulary: Vocabulary): string {
  let entry = "";
  let end = 0;
  let hasGap = false;
  for (const token of lex(statement).tokens) {
    hasGap ||= token.start > end || token.kind === "comment";
    end = token.end;
    if (token.kind === "comment") continue;
    if (hasGap && entry !== "") entry += " ";
    entry += statement.slice(token.start, token.end);
    hasGap = false;
  }
  return redact(entry, vocabulary);
}

function readEntries(path: string): string[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  return text.split("\n").flatMap(readEntry).slice(-mostEntries).reverse();
}

/** A line that somebody else wrote is left out. */
function readEntry(line: string): string[] {
  try {
    const entry: unknown = JSON.parse(line);
    return typeof entry === "string" ? [entry] : [];
  } catch {
    return [];
  }
}

function keepEntry(path: string, entry: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  appendFileSync(path, lineOf(entry), { mode: 0o600 });
  chmodSync(path, 0o600);
  const lines = readFileSync(path, "utf8").split("\n").length - 1;
  if (lines <= mostEntries) return;
  const next = `${path}.${process.pid}.new`;
  writeFileSync(next, readEntries(path).reverse().map(lineOf).join(""), { mode: 0o600 });
  renameSync(next, path);
}

function lineOf(entry: string): string {
  return `${JSON.stringify(entry)}\n`;
}
