import { type ErrorCode, KeymoorError } from "../errors.ts";
import type { StatementRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";

/** Keeps a statement that brought no rows, with its event and what else belongs to it. `code` says why it failed. */
export async function keepStatement(
  act: Act,
  record: StatementRecord,
  { more = [], code }: { readonly more?: readonly Step[]; readonly code?: ErrorCode } = {},
): Promise<StatementRecord> {
  try {
    await act.services.store.write([
      { do: "require_environment", id: record.environmentId },
      { do: "insert_statement", record, rows: [] },
      ...more,
      act.audit({ kind: "statement", name: record.name }, code === undefined ? "done" : "failed", code),
    ]);
  } catch (error) {
    throw asNameTaken(error, record.name);
  }
  return record;
}

/** Looked up first, so that a taken name is told before the failures of connections; the insert makes sure. */
export async function judgeNameFree(act: Act, name: string): Promise<void> {
  if ((await act.services.store.read.statement(act.place.environmentId, name)) !== undefined)
    throw nameTaken(name);
}

/** The store, which finds out when two come at once, knows nothing of fields and hints. */
export function asNameTaken(error: unknown, name: string): unknown {
  const isTaken = error instanceof KeymoorError && error.code === "statement_already_exists";
  return isTaken ? nameTaken(name) : error;
}

function nameTaken(name: string): KeymoorError {
  return new KeymoorError("statement_already_exists", `A statement "${name}" exists in this environment.`, {
    hint: "Choose another name, or delete it first.",
    pointer: "/name",
  });
}
