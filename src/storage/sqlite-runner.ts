import type { DatabaseSyncInstance, StatementSyncInstance } from "@photostructure/sqlite";
import { KeymoorError } from "../errors.ts";
import type { Answer, AnyQuery, Ask, Parameter, Work } from "./query.ts";
import { booleanColumns, jsonColumns } from "./schema.ts";
import { sqliteQueryBuilder } from "./sqlite-database.ts";

/** Shapes of lists are many in theory; beyond this, the statement prepared first makes room. */
const maxPrepared = 300;

/** Runs work on one connection, each of its statements prepared once. */
export class SqliteRunner {
  readonly database: DatabaseSyncInstance;
  readonly #prepared = new Map<AnyQuery, Prepared>();
  readonly #builder = sqliteQueryBuilder();

  constructor(database: DatabaseSyncInstance) {
    this.database = database;
  }

  /** Runs to the end in one turn of the event loop. */
  run<Result>(work: Work<Result>): Result {
    let step = work.next();
    while (step.done !== true) step = work.next(this.#answer(step.value));
    return step.value;
  }

  /** All of it on one view of the database. */
  snapshot<Result>(work: Work<Result>): Result {
    this.database.exec("begin");
    try {
      return this.run(work);
    } finally {
      if (this.database.isTransaction) this.database.exec("commit");
    }
  }

  /** All of it or nothing. */
  transaction<Result>(work: Work<Result>): Result {
    this.database.exec("begin immediate");
    try {
      const result = this.run(work);
      this.database.exec("commit");
      return result;
    } finally {
      if (this.database.isTransaction) this.database.exec("rollback");
    }
  }

  #answer({ query, values }: Ask): Answer {
    const { statement, parameters, columns } = this.#prepare(query);
    const given = parameters.map((parameter) => encode(parameter, values));
    if (columns === undefined) return { rows: none, changed: statement.run(...given).changes };
    const rows: unknown[][] = statement.all(...given);
    return { rows: rows.map((row) => decode(row, columns)), changed: 0 };
  }

  #prepare(query: AnyQuery): Prepared {
    const known = this.#prepared.get(query);
    if (known !== undefined) return known;
    const { sql, parameters } = query.compile(this.#builder);
    const statement = this.database.prepare(sql);
    const names = statement.columns().map(({ column, name }) => name ?? column ?? "");
    const prepared: Prepared = {
      statement,
      parameters,
      columns: names.length === 0 ? undefined : names.map(columnOf),
    };
    // An array per row costs a third less than an object per row, which is made below under our own names.
    statement.setReturnArrays(true);
    const oldest = this.#prepared.keys().next();
    if (this.#prepared.size >= maxPrepared && oldest.done !== true) this.#prepared.delete(oldest.value);
    this.#prepared.set(query, prepared);
    return prepared;
  }
}

interface Prepared {
  readonly statement: StatementSyncInstance;
  readonly parameters: readonly Parameter[];
  /** Of what it returns; undefined for a change. */
  readonly columns: readonly Column[] | undefined;
}

interface Column {
  readonly name: string;
  readonly kind: "plain" | "json" | "boolean";
}

const none: readonly unknown[] = [];

function columnOf(snake: string): Column {
  const name = snake.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  if (jsonColumns.has(name)) return { name, kind: "json" };
  return { name, kind: booleanColumns.has(name) ? "boolean" : "plain" };
}

function decode(row: readonly unknown[], columns: readonly Column[]): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  for (let i = 0; i < columns.length; i++) {
    const column = columns[i];
    if (column === undefined) break;
    const value = row[i];
    record[column.name] = column.kind === "plain" ? value : decodeSpecial(column.kind, value);
  }
  return record;
}

function decodeSpecial(kind: "json" | "boolean", value: unknown): unknown {
  if (kind === "boolean") return value === 1;
  if (value === "{}") return {};
  return typeof value === "string" ? JSON.parse(value) : value;
}

function encode(parameter: Parameter, values: object): unknown {
  const value =
    "name" in parameter ? (values as Record<string, unknown>)[parameter.name] : parameter.constant;
  if (typeof value === "string") return withoutNul(value);
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return JSON.stringify(value);
}

/** SQLite would end the text there, so that one name would pass for another; PostgreSQL refuses it as well. */
function withoutNul(text: string): string {
  if (!text.includes("\0")) return text;
  throw new KeymoorError(
    "invalid_request",
    "The request holds the character NUL, which no stored text may.",
    {
      hint: "Remove it and try again.",
    },
  );
}
