import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionStatement, QualifiedName, SqlOption } from "../sql/connection-statement.ts";
import { matchesLike } from "../sql/like.ts";
import type { StatementRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";
import { createConnection } from "./create-connection.ts";
import { deleteConnection } from "./delete-connection.ts";
import { describeConnection, describeConnectionExtended } from "./describe-connection.ts";
import { descriptionRow, extendedDescriptionRow } from "./description-row.ts";
import { type Operation, permitAlso } from "./operation.ts";
import { rotateConnection } from "./rotate-connection.ts";
import { showCreateConnection } from "./show-create-connection.ts";
import type { StatementOutcome } from "./statement-record.ts";

/** Makes the statement's row for an outcome; its steps go into the transaction of the change. */
type Finish = (outcome: StatementOutcome) => {
  readonly record: StatementRecord;
  readonly steps: readonly Step[];
};

/** Runs a parsed connection statement by the operation that every other surface uses. */
export async function runConnectionStatement(
  act: Act,
  statement: ConnectionStatement,
  finish: Finish,
): Promise<StatementRecord> {
  switch (statement.kind) {
    case "create":
      return await create(act, statement, finish);
    case "alter":
      return await alter(act, statement, finish);
    case "drop":
      return await drop(act, statement, finish);
    case "show":
      judgeCatalog(act, statement.catalog);
      return await show(act, statement.like, finish);
    case "show_create": {
      const name = nameIn(act, statement.name);
      const text = await permitAlso(act, showCreateConnection).run(() => ({ name }));
      return await keep(act, finish(result(name, ["SHOW CREATE CONNECTION"], [[text]])));
    }
    case "describe":
      return await describe(act, nameIn(act, statement.name), statement.extended, finish);
  }
}

async function create(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "create" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const { type, endpoint, options } = splitOptions(act, statement.options);
  if (type === undefined) {
    throw new KeymoorError("option_missing", 'Option "type" is missing.', {
      hint: "Say which service the connection is for, such as 'type' = 'openai'.",
    });
  }
  const done = doneOrKept(
    finish,
    statementDone(
      name,
      statement.orReplace
        ? `Connection "${name}" created, in place of any of this name.`
        : `Connection "${name}" created.`,
    ),
    statementDone(name, `Connection "${name}" exists already; nothing was changed.`),
  );
  await permitAlso(act, createConnection).run(() => ({
    name,
    type: type.toUpperCase(),
    endpoint,
    options,
    comment: statement.comment,
    onExisting: statement.orReplace ? "replace" : statement.ifNotExists ? "keep" : "fail",
    alongside: done.alongside,
  }));
  return done.record();
}

async function alter(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "alter" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const { type, endpoint, options } = splitOptions(act, statement.options);
  const rotated = finish(statementDone(name, `Credential of connection "${name}" changed.`));
  try {
    await permitAlso(act, rotateConnection).run(() => ({
      name,
      change: () => ({
        mode: "merge" as const,
        options,
        ...(type === undefined ? {} : { type }),
        ...(endpoint === undefined ? {} : { endpoint }),
      }),
      alongside: rotated.steps,
    }));
    return rotated.record;
  } catch (error) {
    if (!statement.ifExists || !isNotFound(error)) throw error;
    return await keep(
      act,
      finish(statementDone(name, `Connection "${name}" does not exist; nothing was changed.`)),
    );
  }
}

async function drop(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "drop" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const done = doneOrKept(
    finish,
    statementDone(name, `Connection "${name}" dropped.`),
    statementDone(name, `Connection "${name}" does not exist; nothing was changed.`),
  );
  await permitAlso(act, deleteConnection).run(() => ({
    name,
    ifExists: statement.ifExists,
    alongside: done.alongside,
  }));
  return done.record();
}

async function show(
  act: Act,
  like: { readonly pattern: string; readonly negated: boolean } | undefined,
  finish: Finish,
): Promise<StatementRecord> {
  const all = await permitAlso(act, showConnections).run(() => undefined);
  const names =
    like === undefined ? all : all.filter((name) => matchesLike(like.pattern, name) !== like.negated);
  return await keep(
    act,
    finish({ detail: "", columns: ["Name"], rows: names.map((name) => [name]), connectionRefs: [] }),
  );
}

async function describe(act: Act, name: string, extended: boolean, finish: Finish): Promise<StatementRecord> {
  if (!extended) {
    const connection = await permitAlso(act, describeConnection).run(() => ({ name }));
    const row = descriptionRow(connection);
    return await keep(act, finish(result(name, Object.keys(row), [Object.values(row)])));
  }
  const row = extendedDescriptionRow(await permitAlso(act, describeConnectionExtended).run(() => ({ name })));
  return await keep(act, finish(result(name, Object.keys(row), [Object.values(row)])));
}

const showConnections: Operation<undefined, readonly string[]> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: (act) => act.services.store.read.connectionNames(act.place),
};

function statementDone(name: string, detail: string): StatementOutcome {
  return { detail, columns: [], rows: [], connectionRefs: [name] };
}

function result(name: string, columns: readonly string[], rows: StatementOutcome["rows"]): StatementOutcome {
  return { detail: "", columns, rows, connectionRefs: [name] };
}

/** Which of two outcomes holds is known only inside the operation, which asks for the steps of the one that does. */
function doneOrKept(finish: Finish, changed: StatementOutcome, unchanged: StatementOutcome) {
  let finished = finish(changed);
  return {
    alongside: (isChange: boolean): readonly Step[] => {
      finished = finish(isChange ? changed : unchanged);
      return finished.steps;
    },
    record: (): StatementRecord => finished.record,
  };
}

/** A statement that changes nothing is kept in a transaction of its own. */
async function keep(act: Act, finished: ReturnType<Finish>): Promise<StatementRecord> {
  await act.services.store.write([
    ...finished.steps,
    act.audit({ kind: "statement", name: finished.record.name }),
  ]);
  return finished.record;
}

/** A catalog is this environment, by id or display name; a database is accepted and ignored (contract/confluent.md 1.6). */
function nameIn(act: Act, name: QualifiedName): string {
  judgeCatalog(act, name.catalog);
  return name.name;
}

function judgeCatalog(act: Act, catalog: string | undefined): void {
  if (catalog === undefined || catalog === act.environment.id || catalog === act.environment.name) return;
  throw new KeymoorError("invalid_name", "The catalog is not this environment.", {
    hint: `Leave it out, or use \`${act.environment.name}\` or \`${act.environment.id}\`.`,
  });
}

interface SplitOptions {
  readonly type: string | undefined;
  readonly endpoint: string | undefined;
  readonly options: ReadonlyMap<string, Secret>;
}

function splitOptions(act: Act, given: readonly SqlOption[]): SplitOptions {
  const options = new Map(given.map(({ key, value }) => [key, value]));
  const take = (key: string): string | undefined => {
    const value = options.get(key)?.reveal();
    options.delete(key);
    return value;
  };
  const here = {
    environment: [act.environment.id, act.environment.name],
    cloud: [act.place.cloud],
    region: [act.place.region],
  };
  for (const [key, allowed] of Object.entries(here)) {
    const value = take(key)?.toLowerCase();
    if (value === undefined || allowed.some((one) => one.toLowerCase() === value)) continue;
    throw new KeymoorError(
      "option_value_invalid",
      `Option "${key}" names another ${key} than the one this statement runs in.`,
      {
        hint: `Leave it out, or use '${allowed[0]}'.`,
      },
    );
  }
  return { type: take("type"), endpoint: take("endpoint"), options };
}

function isNotFound(error: unknown): boolean {
  return error instanceof KeymoorError && error.code === "connection_not_found";
}
