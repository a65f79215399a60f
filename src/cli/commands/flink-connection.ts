import { Command } from "commander";
import type { Connection } from "../../client/connections.ts";
import { CommandFailure } from "../command-failure.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { confirm } from "../confirm.ts";
import { addCredentialOptions, readGivenOptions, typeNames } from "../credential-flags.ts";
import { deleteNamed } from "../delete-named.ts";
import { addFlinkPlaceOptions, type FlinkPlaceFlags, flinkEnvironment, flinkPlace } from "../flink-place.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { type PrintedField, printList, printObject } from "../output/print.ts";
import { openSession } from "../session.ts";
import { wordList } from "../word-list.ts";

interface Flags extends FlinkPlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor flink connection`: flags, texts and tables of Confluent's CLI (contract/cli.md 4, 5, 6, 8). */
export function flinkConnectionCommand(io: Io): Command {
  return new Command("connection")
    .description("Manage Flink connections, as Confluent's CLI does.")
    .addCommand(createCommand(io))
    .addCommand(deleteCommand(io))
    .addCommand(describeCommand(io))
    .addCommand(listCommand(io))
    .addCommand(updateCommand(io));
}

function createCommand(io: Io): Command {
  const command = addFlinkPlaceOptions(
    new Command("create")
      .description("Create a Flink connection.")
      .argument("<name>", "Name of the connection."),
  )
    .requiredOption("--type <type>", `Specify the connection type as ${wordList(typeNames, "or")}.`)
    .requiredOption("--endpoint <endpoint>", "Specify endpoint for the connection.")
    .action(async (name: string, flags: Flags & { readonly type: string; readonly endpoint: string }) => {
      const { judgeFlagGroups, judgeSecrets, judgeType } = await import("../flink-credential.ts");
      const { connectionBody, createConnection } = await import("../../client/connections.ts");
      judgeFlagGroups(command, command.opts());
      const session = await openSession(io, flags);
      const type = judgeType(flags.type);
      const given = await readGivenOptions(io, command.opts());
      const body = connectionBody(name, type.name, flags.endpoint, judgeSecrets(type, given));
      const place = await flinkPlace(session, flags);
      const created = await createConnection(session.client, place, body);
      await printObject(io, flags.output, fieldsOf(created, place.environmentId, flags));
    });
  return addOutputOption(addCredentialOptions(command), { isLenient: true });
}

function describeCommand(io: Io): Command {
  const command = addFlinkPlaceOptions(
    new Command("describe")
      .description("Describe a Flink connection.")
      .addArgument(completedArgument("<name>", "Name of the connection.", "connection")),
  ).action(async (name: string, flags: Flags) => {
    const { getConnection } = await import("../../client/connections.ts");
    const session = await openSession(io, flags);
    const place = await flinkPlace(session, flags);
    const connection = await getConnection(session.client, place, name);
    await printObject(io, flags.output, fieldsOf(connection, place.environmentId, flags));
  });
  return addOutputOption(command, { isLenient: true });
}

function listCommand(io: Io): Command {
  const command = addFlinkPlaceOptions(new Command("list").description("List Flink connections."))
    .option("--type <type>", "Only connections of this type.")
    .action(async (flags: Flags & { readonly type?: string }) => {
      const { listConnections } = await import("../../client/connections.ts");
      const session = await openSession(io, flags);
      await flinkEnvironment(session);
      if (flags.type) (await import("../flink-credential.ts")).judgeType(flags.type);
      const place = await flinkPlace(session, flags);
      const rows: Record<string, PrintedField["value"]>[] = [];
      for await (const connection of listConnections(session.client, place, flags.type || undefined)) {
        const fields = fieldsOf(connection, place.environmentId, flags);
        rows.push(Object.fromEntries(fields.map(({ key, value }) => [key, value])));
      }
      await printList(io, flags.output, columns, rows);
    });
  return addOutputOption(command, { isLenient: true });
}

function updateCommand(io: Io): Command {
  const command = addFlinkPlaceOptions(
    new Command("update")
      .description("Update a Flink connection. Only its secrets can be updated.")
      .addArgument(completedArgument("<name>", "Name of the connection.", "connection")),
  )
    .option("--endpoint <endpoint>", "The endpoint as it is; it never changes.")
    .action(async (name: string, flags: Flags & { readonly endpoint?: string }) => {
      const { judgeFlagGroups, judgeSecrets, judgeType } = await import("../flink-credential.ts");
      const { connectionBody, getConnection, rotateConnection } = await import("../../client/connections.ts");
      judgeFlagGroups(command, command.opts());
      const session = await openSession(io, flags);
      const place = await flinkPlace(session, flags);
      const before = await getConnection(session.client, place, name);
      if (flags.endpoint !== undefined && flags.endpoint !== before.spec.endpoint) {
        throw new CommandFailure("the endpoint of a connection never changes", {
          hint: "Leave --endpoint out, or create another connection with `keymoor flink connection create`.",
        });
      }
      const type = judgeType(before.spec.connection_type.toLowerCase());
      const data = judgeSecrets(type, await readGivenOptions(io, command.opts()));
      await rotateConnection(
        session.client,
        place,
        connectionBody(name, type.name, before.spec.endpoint, data),
      );
      await printObject(io, flags.output, fieldsOf(before, place.environmentId, flags));
    });
  return addOutputOption(addCredentialOptions(command), { isLenient: true });
}

function deleteCommand(io: Io): Command {
  return addFlinkPlaceOptions(
    new Command("delete")
      .description("Delete one or more Flink connections.")
      .addArgument(completedArgument("<names...>", "Names of the connections.", "connection")),
  )
    .option("--force", "Skip the deletion confirmation prompt.")
    .option("--context <name>", "Context of Confluent's CLI. Ignored: --profile says where to work.")
    .action(async (names: readonly string[], flags: FlinkPlaceFlags & { readonly force?: boolean }) => {
      const { deleteConnection, getConnection } = await import("../../client/connections.ts");
      const session = await openSession(io, flags);
      const place = await flinkPlace(session, flags);
      await deleteNamed(io, {
        names,
        kind: "Flink connection",
        listCommand: "keymoor flink connection list",
        doneText: "Deleted",
        isExact: true,
        ask: async (question) => flags.force === true || (await confirm(io, question, io.stdout)),
        read: (name) => getConnection(session.client, place, name),
        remove: (name) => deleteConnection(session.client, place, name),
      });
    });
}

const columns = [
  { key: "creation_date", label: "Creation Date" },
  { key: "name", label: "Name" },
  { key: "environment", label: "Environment" },
  { key: "cloud", label: "Cloud" },
  { key: "region", label: "Region" },
  { key: "type", label: "Type" },
  { key: "endpoint", label: "Endpoint" },
  { key: "data", label: "Data" },
  { key: "status", label: "Status" },
  { key: "status_detail", label: "Status Detail" },
] as const;

function fieldsOf(
  { name, metadata, spec, status }: Connection,
  environment: string,
  { cloud, region }: FlinkPlaceFlags,
): PrintedField[] {
  const values: Record<(typeof columns)[number]["key"], PrintedField["value"]> = {
    creation_date: new Date(metadata.created_at),
    name,
    environment,
    cloud,
    region,
    type: spec.connection_type,
    endpoint: spec.endpoint,
    data: spec.auth_data.data,
    status: status.phase,
    status_detail: status.detail || undefined,
  };
  return columns.map(({ key, label }) => ({ key, label, value: values[key] }));
}
