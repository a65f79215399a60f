import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { ConnectionStatement, QualifiedName, SqlOption } from "../sql/connection-statement.ts";
import { matchesLike } from "../sql/like.ts";
import type { StatementRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";
import type { Act } from "./act.ts";
import { atPosition } from "./at-position.ts";
import { createConnection } from "./create-connection.ts";
import { deleteConnection } from "./delete-connection.ts";
import { describeConnection, describeConnectionExtended } from "./describe-connection.ts";
import { descriptionRow, extendedDescriptionRow } from "./description-row.ts";
import { type Operation, permitAlso } from "./operation.ts";
import { rotateConnection } from "./rotate-connection.ts";
import { showCreateConnection } from "./show-create-connection.ts";
import type { StatementOutcome } from "./statement-record.ts";
import { verifyConnection } from "./verify-connection.ts";

/** Makes the statement's row for an outcome; its steps go into the transaction of the change. */
type Finish = (outcome: StatementOutcome) => {
  readonly record: StatementRecord;
  readonly steps: readonly Step[];
};

/**
 * Runs a parsed connection statement by the operation that every other surface uses. What is refused of an option is told
 * with the line and column where it stands.
 */
export async function runConnectionStatement(
  act: Act,
  statement: ConnectionStatement,
  finish: Finish,
): Promise<StatementRecord> {
  try {
    return await run(act, statement, finish);
  } catch (error) {
    throw located(statement, error);
  }
}

async function run(act: Act, statement: ConnectionStatement, finish: Finish): Promise<StatementRecord> {
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
    case "validate":
      return await validate(act, nameIn(act, statement.name), finish);
  }
}

async function create(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "create" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const { type, endpoint, options } = splitOptions(act, statement.options);
  const done = {
    created: statementDone([name], `Connection "${name}" created.`),
    replaced: statementDone([name], `Connection "${name}" created in place of the one of this name.`),
    kept: statementDone([name], `Connection "${name}" exists already; nothing was changed.`),
  };
  let finished = finish(done.created);
  await permitAlso(act, createConnection).run(() => ({
    name,
    // A missing one is judged like an empty one, by the operation.
    type: type?.toUpperCase() ?? "",
    endpoint,
    options,
    comment: statement.comment,
    onExisting: statement.orReplace ? "replace" : statement.ifNotExists ? "keep" : "fail",
    alongside: (outcome) => {
      finished = finish(done[outcome]);
      return finished.steps;
    },
  }));
  return finished.record;
}

async function alter(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "alter" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const { type, endpoint, options } = splitOptions(act, statement.options);
  const rotation = permitAlso(act, rotateConnection);
  if (statement.ifExists && (await act.services.store.read.connection(act.place, name)) === undefined) {
    return await keep(act, finish(absent(name)));
  }
  const rotated = finish(statementDone([name], `Credential of connection "${name}" changed.`));
  await rotation.run(() => ({
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
}

async function drop(
  act: Act,
  statement: Extract<ConnectionStatement, { kind: "drop" }>,
  finish: Finish,
): Promise<StatementRecord> {
  const name = nameIn(act, statement.name);
  const dropped = statementDone([name], `Connection "${name}" dropped.`);
  let finished = finish(dropped);
  await permitAlso(act, deleteConnection).run(() => ({
    name,
    ifExists: statement.ifExists,
    alongside: (isDropped) => {
      finished = finish(isDropped ? dropped : absent(name));
      return finished.steps;
    },
  }));
  return finished.record;
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

/** Whatever the check finds, the statement has done what it was asked for. */
async function validate(act: Act, name: string, finish: Finish): Promise<StatementRecord> {
  const check = await permitAlso(act, verifyConnection).run(() => ({ name }));
  const row = { Name: name, Status: check.phase, "Status Detail": check.detail, "Checked At": check.at };
  return await keep(act, finish(result(name, Object.keys(row), [Object.values(row)])));
}

const showConnections: Operation<undefined, readonly string[]> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: (act) => act.services.store.read.connectionNames(act.place),
};

function statementDone(connectionRefs: readonly string[], detail: string): StatementOutcome {
  return { detail, columns: [], rows: [], connectionRefs };
}

function absent(name: string): StatementOutcome {
  return statementDone([], `Connection "${name}" does not exist; nothing was changed.`);
}

function result(name: string, columns: readonly string[], rows: StatementOutcome["rows"]): StatementOutcome {
  return { detail: "", columns, rows, connectionRefs: [name] };
}

/** A statement that changes nothing is kept in a transaction of its own. */
async function keep(act: Act, finished: ReturnType<Finish>): Promise<StatementRecord> {
  await act.services.store.write(finished.steps);
  return finished.record;
}

/** A catalog is this environment, by id or display name; a database is accepted and ignored (contract/confluent.md 1.6). */
function nameIn(act: Act, name: QualifiedName): string {
  judgeCatalog(act, name.catalog);
  return name.name;
}

export function judgeCatalog(act: Act, catalog: string | undefined): void {
  if (catalog === undefined || catalog === act.environment.id || catalog === act.environment.name) return;
  throw new KeymoorError("invalid_name", "The catalog is not this environment.", {
    option: nameOption,
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
        option: key,
        hint: `Leave it out, or use '${allowed[0]}'.`,
      },
    );
  }
  return { type: take("type"), endpoint: take("endpoint"), options };
}

/** Stands for the statement's name where an error names the option at fault. */
const nameOption = "";

/** The error with the place of its option; without one that stands there, with that of the name. */
function located(statement: ConnectionStatement, error: unknown): unknown {
  if (!(error instanceof KeymoorError) || statement.kind === "show") return error;
  const { option, pointer, position: known } = error.details;
  if (known !== undefined || (option === undefined && pointer === undefined)) return error;
  const options = "options" in statement ? statement.options : [];
  const position = options.find(({ key }) => key === option)?.keyPosition ?? statement.name.position;
  return atPosition(error, position);
}
