import { Command } from "commander";
import type { ServiceAccount } from "../../client/service-accounts.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList, printObject } from "../output/print.ts";
import { addProfileOption, openSession } from "../session.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

interface TextFlags extends Flags {
  readonly name?: string;
  readonly description?: string;
}

const columns = [
  { key: "id", label: "ID" },
  { key: "name", label: "Name" },
  { key: "description", label: "Description" },
];

/** `keymoor service-account`: whoever programs sign in as. */
export function serviceAccountCommand(io: Io): Command {
  return new Command("service-account")
    .description("Manage service accounts: whoever programs sign in as.")
    .addCommand(listCommand(io))
    .addCommand(describeCommand(io))
    .addCommand(createCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List service accounts, if you give roles or keys.")
    .action(async (flags: Flags) => {
      const { client } = await openSession(io, flags);
      const { listServiceAccounts } = await import("../../client/service-accounts.ts");
      const rows: ReturnType<typeof rowOf>[] = [];
      for await (const account of listServiceAccounts(client)) rows.push(rowOf(account));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addProfileOption(addOutputOption(command));
}

function describeCommand(io: Io): Command {
  const command = new Command("describe")
    .description("Describe a service account.")
    .addArgument(completedArgument("<id>", "Service account ID.", "service_account"))
    .action(async (id: string, flags: Flags) => {
      const { client } = await openSession(io, flags);
      const { getServiceAccount } = await import("../../client/service-accounts.ts");
      await printOne(io, flags.output, await getServiceAccount(client, id));
    });
  return addProfileOption(addOutputOption(command));
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description("Make a service account. It may do nothing until `keymoor role-binding create`.")
    .argument("<name>", "Name.")
    .option("--description <text>", "What it is for.")
    .action(async (name: string, { description, ...flags }: TextFlags) => {
      const { client } = await openSession(io, flags);
      const { createServiceAccount } = await import("../../client/service-accounts.ts");
      const body = { display_name: name, ...(description !== undefined && { description }) };
      await printOne(io, flags.output, await createServiceAccount(client, body));
    });
  return addProfileOption(addOutputOption(command));
}

function updateCommand(io: Io): Command {
  const command = new Command("update")
    .description("Rename a service account, or describe it anew.")
    .addArgument(completedArgument("<id>", "Service account ID.", "service_account"))
    .option("--name <name>", "New name.")
    .option("--description <text>", "What it is for.")
    .action(async (id: string, { name, description, ...flags }: TextFlags) => {
      const { client } = await openSession(io, flags);
      const { updateServiceAccount } = await import("../../client/service-accounts.ts");
      const changed = await updateServiceAccount(client, id, {
        ...(name !== undefined && { display_name: name }),
        ...(description !== undefined && { description }),
      });
      await printOne(io, flags.output, changed);
    });
  return addProfileOption(addOutputOption(command));
}

function deleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete service accounts with their keys and roles. What they made stays.")
    .addArgument(completedArgument("<ids...>", "Service account IDs.", "service_account"))
    .action(async (ids: readonly string[], flags: Flags & ConsentFlags) => {
      const { client } = await openSession(io, flags);
      const { deleteServiceAccount, getServiceAccount } = await import("../../client/service-accounts.ts");
      await deleteNamed(io, {
        names: ids,
        kind: "service account",
        listCommand: "keymoor service-account list",
        doneText: "Deleted",
        isExact: false,
        ask: (question) => mayGoOn(io, flags, question),
        read: (id) => getServiceAccount(client, id),
        remove: (id) => deleteServiceAccount(client, id),
      });
    });
  return addProfileOption(addConsentOptions(command));
}

function rowOf({ id, display_name, description }: ServiceAccount) {
  return { id, name: display_name, description };
}

function printOne(io: Io, format: OutputFormat, account: ServiceAccount): Promise<void> {
  const row: Readonly<Record<string, string>> = rowOf(account);
  return printObject(
    io,
    format,
    columns.map((column) => ({ ...column, value: row[column.key] })),
  );
}
