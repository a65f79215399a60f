import { Command, Option } from "commander";
import type { ApiKey, ShownApiKey } from "../../client/api-keys.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printLine, printList, printObject } from "../output/print.ts";
import { addPlaceOptions, addProfileOption, openSession, type PlaceFlags } from "../session.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

interface TextFlags extends Flags {
  readonly name?: string;
  readonly description?: string;
}

/** The first two as Confluent's CLI calls them (contract/cli.md 8). */
const columns = [
  { key: "api_key", label: "Key" },
  { key: "name", label: "Name" },
  { key: "owner", label: "Owner" },
  { key: "resource", label: "Resource" },
  { key: "environment", label: "Environment" },
  { key: "description", label: "Description" },
  { key: "created_at", label: "Created" },
];

/** `keymoor api-key`: keys of people and programs, for everything (cloud) or for one region of an environment (flink). */
export function apiKeyCommand(io: Io): Command {
  return new Command("api-key")
    .description("Manage API keys: one's own, and those of service accounts.")
    .addCommand(listCommand(io))
    .addCommand(describeCommand(io))
    .addCommand(createCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io));
}

interface ListFlags extends Flags {
  readonly owner?: string;
  readonly resource?: string;
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List API keys: your own, and those that you manage.")
    .option("--owner <id>", "Only keys of this user or service account.")
    .option("--resource <text>", "Only Cloud keys (cloud), or those of a region (aws.us-east-1).")
    .action(async ({ owner, resource, ...flags }: ListFlags) => {
      const { client } = await openSession(io, flags);
      const { listApiKeys } = await import("../../client/api-keys.ts");
      const rows: ReturnType<typeof rowOf>[] = [];
      for await (const key of listApiKeys(client, { owner, resource })) rows.push(rowOf(key));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addProfileOption(addOutputOption(command));
}

function describeCommand(io: Io): Command {
  const command = new Command("describe")
    .description("Describe an API key, without its secret.")
    .addArgument(completedArgument("<key>", "ID of the key.", "api_key"))
    .action(async (id: string, flags: Flags) => {
      const { client } = await openSession(io, flags);
      const { getApiKey } = await import("../../client/api-keys.ts");
      await printOne(io, flags.output, await getApiKey(client, id));
    });
  return addProfileOption(addOutputOption(command));
}

interface CreateFlags extends TextFlags, PlaceFlags {
  readonly resource: "cloud" | "flink";
  readonly owner?: string;
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description("Make an API key. Its secret is shown this once.")
    .addOption(
      new Option("--resource <kind>", "For everything (cloud), or for one region of an environment (flink).")
        .choices(["cloud", "flink"])
        .default("cloud"),
    )
    .option("--owner <id>", "Service account whose key it becomes; yours when absent.")
    .option("--name <name>", "Name.")
    .option("--description <text>", "What it is for.")
    .action(async ({ resource, owner, name, description, ...flags }: CreateFlags) => {
      const { client, place } = await openSession(io, flags);
      const { createApiKey } = await import("../../client/api-keys.ts");
      const where = resource === "flink" ? await place() : undefined;
      const shown = await createApiKey(client, {
        ...textsOf({ name, description }),
        ...(owner !== undefined && { owner: { id: owner } }),
        ...(where !== undefined && {
          resource: { id: `${where.cloud}.${where.region}`, environment: where.environmentId },
        }),
      });
      if (flags.output === "human") printLine(io, shown.spec.secret);
      else await printOne(io, flags.output, shown, shown.spec.secret);
      io.stderr.write(createdText(shown));
    });
  return addPlaceOptions(addOutputOption(command));
}

function createdText(shown: ShownApiKey): string {
  const { api_key, owner, resource, environment } = rowOf(shown);
  const place = environment === undefined ? "Cloud key" : `Flink key for ${resource} of ${environment}`;
  return [
    `API key ${api_key}: a ${place}, owned by ${owner}.`,
    "Its secret is not shown again; only its hash is kept.",
    "",
  ].join("\n");
}

function updateCommand(io: Io): Command {
  const command = new Command("update")
    .description("Rename an API key, or describe it anew.")
    .addArgument(completedArgument("<key>", "ID of the key.", "api_key"))
    .option("--name <name>", "New name.")
    .option("--description <text>", "What it is for.")
    .action(async (id: string, { name, description, ...flags }: TextFlags) => {
      const { client } = await openSession(io, flags);
      const { updateApiKey } = await import("../../client/api-keys.ts");
      await printOne(io, flags.output, await updateApiKey(client, id, textsOf({ name, description })));
    });
  return addProfileOption(addOutputOption(command));
}

function deleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete API keys; they pass no more from the next request on.")
    .addArgument(completedArgument("<keys...>", "IDs of the keys.", "api_key"))
    .action(async (ids: readonly string[], flags: Flags & ConsentFlags) => {
      const { client } = await openSession(io, flags);
      const { deleteApiKey, getApiKey } = await import("../../client/api-keys.ts");
      await deleteNamed(io, {
        names: ids,
        kind: "API key",
        listCommand: "keymoor api-key list",
        doneText: "Deleted",
        isExact: false,
        ask: (question) => mayGoOn(io, flags, question),
        read: (id) => getApiKey(client, id),
        remove: (id) => deleteApiKey(client, id),
      });
    });
  return addProfileOption(addConsentOptions(command));
}

function textsOf({
  name,
  description,
}: {
  readonly name: string | undefined;
  readonly description: string | undefined;
}) {
  return {
    ...(name !== undefined && { display_name: name }),
    ...(description !== undefined && { description }),
  };
}

function rowOf({ id, metadata, spec }: ApiKey) {
  return {
    api_key: id,
    name: spec.display_name,
    owner: spec.owner.id,
    resource: spec.resource.id,
    environment: spec.resource.environment,
    description: spec.description,
    created_at: new Date(metadata.created_at),
  };
}

function printOne(io: Io, format: OutputFormat, key: ApiKey, secret?: string): Promise<void> {
  const row: Readonly<Record<string, string | Date | undefined>> = rowOf(key);
  const [first, ...rest] = columns.map((column) => ({ ...column, value: row[column.key] }));
  if (first === undefined) throw new Error("a key has columns");
  return printObject(io, format, [first, { key: "api_secret", label: "Secret", value: secret }, ...rest]);
}
