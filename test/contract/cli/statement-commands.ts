import { listAt, objectAt, optionalTextAt, readJson, textAt, timeAt, valueAt } from "../reading.ts";
import { type Gateway, openGateway, type Where } from "./gateway.ts";
import { accept, CliFailure, type CliSession } from "./session.ts";

export interface StatementRow {
  readonly creationDate: string;
  readonly name: string;
  readonly statement: string;
  readonly computePool: string;
  readonly status: string;
  readonly statusDetail: string;
  readonly properties: unknown;
  readonly principal: string;
}

export interface NewStatement {
  readonly sql: string;
  readonly computePool?: string;
  readonly database?: string;
  readonly properties?: Readonly<Record<string, string>>;
  readonly serviceAccount?: string;
  readonly wait?: boolean;
}

/** `confluent flink statement ...` (contract/cli.md 3.3). */
export function statementCommands(session: CliSession) {
  const command = <Result>(name: string, where: Where, run: (gateway: Gateway) => Promise<Result>) =>
    session.command(`flink statement ${name}`, async () => run(await openGateway(session, where)));

  /** The whole object that was read goes back, with one field changed. */
  const change = (name: string, where: Where, statement: string, spec: object) =>
    command(name, where, async (gateway) => {
      const read = readJson(accept(await gateway.send("GET", pathOf(statement)))) as object;
      const changed = { ...read, spec: { ...objectAt(read, "spec"), ...spec } };
      accept(await gateway.send("PUT", pathOf(statement), changed));
    });

  return {
    create: (where: Where, name: string, given: NewStatement) =>
      command("create", where, async (gateway) => {
        const pool = given.computePool ?? session.computePool;
        const properties = {
          "sql.current-catalog": gateway.environmentName,
          ...(given.database !== undefined && { "sql.current-database": given.database }),
          ...given.properties,
        };
        const spec = {
          ...(pool !== "" && { compute_pool_id: pool }),
          principal: given.serviceAccount ?? session.user.resourceId,
          properties,
          statement: given.sql,
        };
        const created = readJson(accept(await gateway.send("POST", "/statements", { name, spec })));
        return rowOf(given.wait ? await waitFor(gateway, name) : created);
      }),

    /** `--status` is filtered here and not by the server. */
    list: (where: Where, { computePool, status }: { computePool?: string; status?: string } = {}) =>
      command("list", where, async (gateway) => {
        const items = await gateway.list("/statements", { "spec.compute_pool_id": computePool });
        return items.map(rowOf).filter((row) => status === undefined || row.status === status.toUpperCase());
      }),

    describe: (where: Where, name: string) =>
      command("describe", where, async (gateway) =>
        rowOf(readJson(accept(await gateway.send("GET", pathOf(name))))),
      ),

    stop: (where: Where, name: string) => change("stop", where, name, { stopped: true }),

    resume: (where: Where, name: string, spec: { principal?: string; compute_pool_id?: string } = {}) =>
      change("resume", where, name, { stopped: false, ...spec }),

    update: (
      where: Where,
      name: string,
      spec: { stopped?: boolean; principal?: string; compute_pool_id?: string },
    ) => change("update", where, name, spec),

    delete: (where: Where, name: string) =>
      command("delete", where, async (gateway) => {
        if ((await gateway.send("GET", pathOf(name))).status !== 200)
          throw new CliFailure(`Flink SQL statement "${name}" not found`);
        accept(await gateway.send("DELETE", pathOf(name)));
      }),

    exceptions: (where: Where, name: string) =>
      command("exception list", where, async (gateway) => {
        const json = readJson(accept(await gateway.send("GET", `${pathOf(name)}/exceptions`)));
        return listAt(json, "data").map((item) => ({
          name: optionalTextAt(item, "name"),
          timestamp: timeAt(item, "timestamp"),
          message: optionalTextAt(item, "message"),
        }));
      }),
  };
}

/** `--wait`: until the phase is not PENDING. The CLI pauses for a second; a server without an engine has no reason to. */
async function waitFor(gateway: Gateway, name: string): Promise<unknown> {
  const statement = readJson(accept(await gateway.send("GET", pathOf(name))));
  const phase = textAt(statement, "status.phase");
  if (phase === "PENDING") throw new CliFailure(`statement phase is "${phase}"`);
  return statement;
}

function rowOf(json: unknown): StatementRow {
  return {
    creationDate: timeAt(json, "metadata.created_at"),
    name: textAt(json, "name"),
    statement: textAt(json, "spec.statement"),
    computePool: optionalTextAt(json, "spec.compute_pool_id"),
    status: textAt(json, "status.phase"),
    statusDetail: optionalTextAt(json, "status.detail"),
    properties: valueAt(json, "spec.properties"),
    principal: optionalTextAt(json, "spec.principal"),
  };
}

function pathOf(name: string): string {
  return `/statements/${encodeURIComponent(name)}`;
}
