import { listAt, nextToken, objectAt, optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { type Gateway, openGateway, type Where } from "./gateway.ts";
import { accept, CliFailure, type CliSession } from "./session.ts";

/** What the shell prints for a statement. */
export interface ShellOutput {
  readonly kind: string;
  readonly details: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** `confluent flink shell` without a language service (contract/cli.md 7). */
export interface Shell {
  readonly run: (sql: string) => Promise<ShellOutput>;
  /** What stands in the history file: text that the server sent back, never what was typed. */
  readonly history: readonly string[];
}

export async function openShell(session: CliSession, where: Where): Promise<Shell> {
  await session.renewIfOld();
  const gateway = await openGateway(session, where);
  const properties: Record<string, string> = {
    "sql.current-catalog": gateway.environmentName,
    "sql.local-time-zone": "GMT+00:00",
  };
  const history: string[] = [];

  /** SET, RESET, USE and QUIT make no request. */
  const runLocally = (sql: string): boolean => {
    const set = /^SET\s+'([^']+)'\s*=\s*'([^']*)'/i.exec(sql);
    const use = /^USE\s+`?([\w-]+)`?/i.exec(sql);
    if (set?.[1] !== undefined && set[2] !== undefined) properties[set[1]] = set[2];
    else if (use?.[1] !== undefined) properties["sql.current-database"] = use[1];
    return set !== null || use !== null;
  };

  return {
    history,
    run: async (sql) => {
      if (runLocally(sql)) return { kind: "", details: "", columns: [], rows: [] };
      const name = `cli-2026-11-28-090000-${crypto.randomUUID()}`;
      const spec = {
        compute_pool_id: session.computePool,
        principal: session.user.resourceId,
        properties: Object.fromEntries(
          Object.entries(properties).filter(([property]) => !property.startsWith("client.")),
        ),
        statement: sql.trim(),
      };
      accept(await gateway.send("POST", "/statements", { name, spec }));
      const ready = await waitFor(gateway, name);
      history.push(textAt(ready, "spec.statement"));
      const { columns, rows } = await results(gateway, name, ready);
      return {
        kind: optionalTextAt(ready, "status.traits.sql_kind"),
        details: optionalTextAt(ready, "status.detail"),
        columns,
        rows,
      };
    },
  };
}

async function waitFor(gateway: Gateway, name: string): Promise<unknown> {
  const statement = readJson(accept(await gateway.send("GET", `/statements/${name}`)));
  const phase = textAt(statement, "status.phase");
  const detail = optionalTextAt(statement, "status.detail") || (await newestException(gateway, name));
  if (phase === "COMPLETED" || phase === "RUNNING") return statement;
  throw new CliFailure(`can't fetch results. Statement phase is: ${phase}`, `Error details: ${detail}`);
}

async function newestException(gateway: Gateway, name: string): Promise<string> {
  const json = readJson(accept(await gateway.send("GET", `/statements/${name}/exceptions`)));
  return optionalTextAt(listAt(json, "data")[0], "message");
}

/** Rows by the columns of the statement's schema: one with more or fewer values would fail the conversion. */
async function results(gateway: Gateway, name: string, statement: unknown) {
  accept(await gateway.send("GET", `/statements/${name}`));
  const columns = listAt(statement, "status.traits.schema.columns").map((column) => {
    textAt(column, "type.type");
    return textAt(column, "name");
  });
  const rows: unknown[][] = [];
  let token: string | undefined;
  do {
    const query = token === undefined ? "" : `?page_token=${encodeURIComponent(token)}`;
    const page = readJson(accept(await gateway.send("GET", `/statements/${name}/results${query}`)));
    objectAt(page, "results");
    for (const item of listAt(page, "results.data")) {
      const row = listAt(item, "row");
      if (row.length !== columns.length)
        throw new CliFailure("given result row does not match the provided schema");
      rows.push([...row]);
    }
    token = valueAt(page, "metadata.next") === undefined ? undefined : nextToken(page);
  } while (token !== undefined);
  return { columns, rows };
}
