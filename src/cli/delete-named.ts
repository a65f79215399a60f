import { ClientError } from "../client/client-error.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import { printLine } from "./output/print.ts";
import { wordList } from "./word-list.ts";

export interface Deletion {
  readonly names: readonly string[];
  /** `Flink SQL statement` */
  readonly kind: string;
  /** Command that lists what there is. */
  readonly listCommand: string;
  /** First words of the line that says it is done. */
  readonly doneText: string;
  /** As Confluent's CLI: whatever is refused counts as missing. Else only what is, and the refusal is told. */
  readonly isExact: boolean;
  readonly ask: (question: string) => Promise<boolean>;
  readonly read: (name: string) => Promise<unknown>;
  readonly remove: (name: string) => Promise<unknown>;
}

/** Looks each one up, asks, deletes: in the order and the words of Confluent's CLI (contract/cli.md 6). */
export async function deleteNamed(io: Io, deletion: Deletion): Promise<void> {
  const names = [...new Set(deletion.names)];
  const subjectOf = (some: readonly string[]) =>
    `${deletion.kind}${some.length === 1 ? "" : "s"} ${wordList(some, "and")}`;
  const missing = await missingOf(names, deletion);
  if (missing.length > 0) {
    throw new CommandFailure(`${subjectOf(missing)} not found`, {
      hint: `List available ${deletion.kind}s with \`${deletion.listCommand}\`.`,
    });
  }
  const question = `Are you sure you want to delete ${subjectOf(names)}?`;
  if (!(await deletion.ask(question))) return;
  const deleted: string[] = [];
  const failures: string[] = [];
  for (const name of names) {
    try {
      await deletion.remove(name);
      deleted.push(name);
    } catch (error) {
      if (!(error instanceof ClientError)) throw error;
      failures.push(`failed to delete ${name}: ${error.message}`);
    }
  }
  if (deleted.length > 0) printLine(io, `${deletion.doneText} ${subjectOf(deleted)}.`);
  const [only, other] = failures;
  if (only === undefined) return;
  throw new CommandFailure(
    other === undefined
      ? only
      : [`${failures.length} errors occurred:`, ...failures.map((text) => `\t* ${text}`)].join("\n"),
  );
}

/** Being logged out and faults of the server are told in any case. */
async function missingOf(
  names: readonly string[],
  { read, isExact }: Pick<Deletion, "read" | "isExact">,
): Promise<readonly string[]> {
  const missing: string[] = [];
  for (const name of names) {
    try {
      await read(name);
    } catch (error) {
      const status = error instanceof ClientError ? (error.details.status ?? 0) : 0;
      const isMissing = isExact ? status >= 400 && status < 500 && status !== 401 : status === 404;
      if (!isMissing) throw error;
      missing.push(name);
    }
  }
  return missing;
}
