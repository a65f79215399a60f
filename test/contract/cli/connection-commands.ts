import { objectAt, optionalTextAt, readJson, textAt, timeAt } from "../reading.ts";
import { authData, type CredentialFlags } from "./credential.ts";
import { type Gateway, openGateway, type Where } from "./gateway.ts";
import { accept, CliFailure, type CliSession } from "./session.ts";

export interface ConnectionRow {
  readonly creationDate: string;
  readonly name: string;
  readonly environment: string;
  readonly cloud: string;
  readonly region: string;
  readonly type: string;
  readonly endpoint: string;
  readonly data: string;
  readonly status: string;
  readonly statusDetail: string;
}

export interface NewConnection {
  readonly type: string;
  readonly endpoint: string;
  readonly flags: CredentialFlags;
}

/** `confluent flink connection ...` (contract/cli.md 3.3, 4). */
export function connectionCommands(session: CliSession) {
  const command = <Result>(name: string, where: Where, run: (gateway: Gateway) => Promise<Result>) =>
    session.command(`flink connection ${name}`, async () => run(await openGateway(session, where)));

  return {
    create: (where: Where, name: string, { type, endpoint, flags }: NewConnection) =>
      command("create", where, async (gateway) => {
        const spec = { auth_data: authData(flags), connection_type: type.toUpperCase(), endpoint };
        const answer = accept(await gateway.send("POST", "/connections", { name, spec }));
        return rowOf(readJson(answer), gateway, where);
      }),

    describe: (where: Where, name: string) =>
      command("describe", where, async (gateway) =>
        rowOf(readJson(accept(await gateway.send("GET", pathOf(name)))), gateway, where),
      ),

    list: (where: Where, type?: string) =>
      command("list", where, async (gateway) => {
        const items = await gateway.list("/connections", { "spec.connection_type": type?.toUpperCase() });
        return items.map((item) => rowOf(item, gateway, where)).sort(byPrintedColumns);
      }),

    /** Prints the connection as it was read before the PUT (contract/cli.md 9.5). */
    update: (where: Where, name: string, flags: CredentialFlags) =>
      command("update", where, async (gateway) => {
        const before = readJson(accept(await gateway.send("GET", pathOf(name))));
        const spec = {
          auth_data: authData(flags),
          connection_type: textAt(before, "spec.connection_type"),
          endpoint: textAt(before, "spec.endpoint"),
        };
        accept(await gateway.send("PUT", pathOf(name), { name, spec }));
        return rowOf(before, gateway, where);
      }),

    /** What it prints to stdout. One that is not found keeps all from being deleted (contract/cli.md 6). */
    delete: (where: Where, ...names: readonly string[]) =>
      command("delete", where, async (gateway) => {
        for (const name of names) {
          if ((await gateway.send("GET", pathOf(name))).status !== 200)
            throw new CliFailure(`Flink connection "${name}" not found`);
        }
        const failures: string[] = [];
        for (const name of names) {
          await gateway
            .send("DELETE", pathOf(name))
            .then(accept)
            .catch((failure: unknown) => {
              if (!(failure instanceof CliFailure)) throw failure;
              failures.push(`failed to delete ${name}: ${failure.message}`);
            });
        }
        if (failures.length > 0) throw new CliFailure(failures.join("\n"));
        return names;
      }),
  };
}

/** `metadata.created_at` is parsed, `spec.auth_data` dereferenced, the rest may be empty (contract/cli.md 3.4). */
function rowOf(json: unknown, { environment }: Gateway, { cloud, region }: Where): ConnectionRow {
  objectAt(json, "spec.auth_data");
  return {
    creationDate: timeAt(json, "metadata.created_at"),
    name: textAt(json, "name"),
    environment,
    cloud,
    region,
    type: textAt(json, "spec.connection_type"),
    endpoint: textAt(json, "spec.endpoint"),
    // Of another kind, the data would not be read.
    data:
      optionalTextAt(json, "spec.auth_data.kind") === "PlaintextProvider"
        ? textAt(json, "spec.auth_data.data")
        : "",
    status: optionalTextAt(json, "status.phase"),
    statusDetail: optionalTextAt(json, "status.detail"),
  };
}

function pathOf(name: string): string {
  return `/connections/${encodeURIComponent(name)}`;
}

function byPrintedColumns(one: ConnectionRow, other: ConnectionRow): number {
  return `${one.creationDate} ${one.name}` < `${other.creationDate} ${other.name}` ? -1 : 1;
}
