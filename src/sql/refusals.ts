import type { KeymoorError } from "../errors.ts";
import type { Cursor } from "./cursor.ts";

interface Refusal {
  /** Why we do not do it: ends a sentence that names it. */
  readonly because: string;
  readonly hint?: string;
}

/** What other systems do with connections and we do not, by the word that stands for it. */
const refusals = {
  TEMPORARY: {
    because: "a connection is sealed, governed and audited, and cannot live in one session's memory",
    hint: "Leave TEMPORARY out.",
  },
  SYSTEM: {
    because: "a connection belongs to an environment and a region, not to the system",
    hint: "Leave SYSTEM out.",
  },
  RESET: {
    because: "a connection without its credential cannot be used",
    hint: "Give new values with SET, or DROP the connection.",
  },
  RENAME: {
    because: "the name of a connection never changes, since jobs know it by its name",
    hint: "Create a connection of the new name, then drop this one.",
  },
  COMMENT: {
    because: "only the credential of a connection can be changed",
    hint: "CREATE OR REPLACE sets a new comment.",
  },
  CASCADE: {
    because: "dropping a connection leaves what names it as it is",
    hint: "Leave CASCADE out.",
  },
  RESTRICT: {
    because: "dropping a connection does not look for what names it",
    hint: "Leave RESTRICT out.",
  },
  ILIKE: { because: "names are told apart by case", hint: "Use LIKE." },
  EXPLAIN: { because: "a connection statement has no plan" },
} as const satisfies Record<string, Refusal>;

/** Throws if the next word stands for something we do not do. */
export function refuseNext(cursor: Cursor, ...words: readonly (keyof typeof refusals)[]): void {
  const word = words.find((one) => one === cursor.word());
  if (word !== undefined) throw refusal(cursor, word);
}

function refusal(cursor: Cursor, word: keyof typeof refusals): KeymoorError {
  const { because, hint }: Refusal = refusals[word];
  return cursor.fail("sql_not_supported", `${word} is not supported`, cursor.peek(), {
    tail: `: ${because}.`,
    hint,
  });
}
