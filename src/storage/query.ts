import type { Compilable, Kysely } from "kysely";
import type { Schema } from "./schema.ts";

/**
 * A statement that each database compiles once and then runs by its cached form; building and compiling it anew would
 * cost several times the read itself. `Values` are given by name at each run.
 */
export interface Query<Values, Row> extends AnyQuery {
  readonly types?: { readonly values: Values; readonly row: Row };
}

export interface AnyQuery {
  readonly compile: (db: Kysely<Schema>) => CompiledStatement;
}

export interface CompiledStatement {
  readonly sql: string;
  readonly parameters: readonly Parameter[];
}

/** Filled in at each run, or a constant of the query. */
export type Parameter = { readonly name: string } | { readonly constant: unknown };

/** Stands for a value that is known only when the query runs. */
export type Placeholders<Values> = <Name extends keyof Values & string>(name: Name) => Values[Name];

/**
 * @example
 * const apiKeyById = query((db, value: Placeholders<{ id: string }>) =>
 *   db.selectFrom("apiKey").selectAll().where("id", "=", value("id")));
 */
export function query<Values, Row>(
  build: (db: Kysely<Schema>, value: Placeholders<Values>) => Compilable<Row>,
): Query<Values, Row> {
  return {
    compile(db) {
      // The builder only carries the marker to the list of parameters; it is never a value of that type.
      const marker = (name: string) => new Marker(name) as never;
      const { sql, parameters } = build(db, marker).compile();
      return {
        sql,
        parameters: parameters.map((parameter) =>
          parameter instanceof Marker ? { name: parameter.name } : { constant: parameter },
        ),
      };
    },
  };
}

/** Queries that differ by shape (which filters are there), each made once. `shape` must have few values. */
export function queryFamily<Shape extends object, Values, Row>(
  make: (shape: Shape) => Query<Values, Row>,
): (shape: Shape) => Query<Values, Row> {
  const made = new Map<string, Query<Values, Row>>();
  return (shape) => {
    const key = JSON.stringify(shape);
    const known = made.get(key);
    if (known !== undefined) return known;
    const fresh = make(shape);
    made.set(key, fresh);
    return fresh;
  };
}

/** Placeholders for several columns, as `values()` and `set()` want them. */
export function each<Values, Name extends keyof Values & string>(
  value: Placeholders<Values>,
  names: readonly Name[],
): Pick<Values, Name> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Pick<Values, Name>;
}

class Marker {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** What a piece of work asks of its database, and what it gets back. */
export interface Ask {
  readonly query: AnyQuery;
  readonly values: object;
}

export interface Answer {
  readonly rows: readonly unknown[];
  /** How many rows an INSERT, UPDATE or DELETE touched. */
  readonly changed: number;
}

/**
 * Reads and changes, written once for every database: a generator that yields its statements. SQLite runs it to its end in
 * one turn of the event loop, so nothing can come between two of its statements; PostgreSQL awaits each.
 */
export type Work<Result> = Generator<Ask, Result, Answer>;

export function* all<Values extends object, Row>(
  query: Query<Values, Row>,
  values: NoInfer<Values>,
): Work<readonly Row[]> {
  const answer = yield { query, values };
  return answer.rows as readonly Row[]; // the compiler has checked the query that these rows answer
}

export function* first<Values extends object, Row>(
  query: Query<Values, Row>,
  values: NoInfer<Values>,
): Work<Row | undefined> {
  return (yield* all(query, values))[0];
}

/** Runs a change and says how many rows it touched. */
export function* change<Values extends object>(
  query: Query<Values, unknown>,
  values: NoInfer<Values>,
): Work<number> {
  return (yield { query, values }).changed;
}
