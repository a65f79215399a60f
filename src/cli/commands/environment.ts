import { Command } from "commander";
import { ClientError } from "../../client/client-error.ts";
import type { Environment } from "../../client/environments.ts";
import { CommandFailure } from "../command-failure.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import { findSettled } from "../find-settled.ts";
import type { Io } from "../io.ts";
import { keepPlace } from "../keep-place.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { currentMark } from "../output/current-mark.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printLine, printList, printObject } from "../output/print.ts";
import { addProfileOption, openSession, type Session } from "../session.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor environment`, as Confluent's CLI has it. */
export function environmentCommand(io: Io): Command {
  return new Command("environment")
    .description("Manage environments, and choose the one to work in.")
    .addCommand(listCommand(io))
    .addCommand(describeCommand(io))
    .addCommand(useCommand(io))
    .addCommand(createCommand(io))
    .addCommand(updateCommand(io))
    .addCommand(deleteCommand(io));
}

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List the environments that you reach.")
    .action(async (flags: Flags) => {
      const session = await openSession(io, flags);
      const { listEnvironments } = await import("../../client/environments.ts");
      const environments: Environment[] = [];
      for await (const environment of listEnvironments(session.client)) environments.push(environment);
      const current = await findSettled(session.environment);
      const columns = [
        { key: "is_current", label: "Current" },
        { key: "id", label: "ID" },
        { key: "name", label: "Name" },
      ];
      const rows = environments
        .sort((one, other) => (one.id < other.id ? -1 : 1))
        .map(({ id, display_name: name }) => ({
          is_current: currentMark(id === current, flags.output),
          id,
          name,
        }));
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addProfileOption(addOutputOption(command));
}

function describeCommand(io: Io): Command {
  const command = new Command("describe")
    .description("Describe an environment.")
    .addArgument(completedArgument("[id]", "Environment ID; the current one when absent.", "environment"))
    .action(async (given: string | undefined, flags: Flags) => {
      const session = await openSession(io, flags);
      const { id, display_name } = await find(session, given ?? (await session.environment()));
      await printObject(io, flags.output, [
        { key: "is_current", label: "Current", value: id === (await findSettled(session.environment)) },
        { key: "id", label: "ID", value: id },
        { key: "name", label: "Name", value: display_name },
      ]);
    });
  return addProfileOption(addOutputOption(command));
}

function useCommand(io: Io): Command {
  const command = new Command("use")
    .description("Choose the environment that commands work in from now on.")
    .addArgument(completedArgument("<id>", "Environment ID.", "environment"))
    .action(async (given: string, flags: Flags) => {
      const { id } = await find(await openSession(io, flags), given);
      await keepPlace(io, flags.profile, { environment: id });
      printLine(io, `Using environment "${id}".`);
    });
  return addProfileOption(command);
}

function createCommand(io: Io): Command {
  const command = new Command("create")
    .description("Make an environment.")
    .argument("<name>", "Name; SQL calls it the catalog.")
    .action(async (name: string, flags: Flags) => {
      const { client } = await openSession(io, flags);
      const { createEnvironment } = await import("../../client/environments.ts");
      await printOne(io, flags.output, await createEnvironment(client, { display_name: name }));
    });
  return addProfileOption(addOutputOption(command));
}

interface UpdateFlags extends Flags {
  readonly name: string;
}

function updateCommand(io: Io): Command {
  const command = new Command("update")
    .description("Rename an environment.")
    .addArgument(completedArgument("<id>", "Environment ID.", "environment"))
    .requiredOption("--name <name>", "New name.")
    .action(async (id: string, flags: UpdateFlags) => {
      const { client } = await openSession(io, flags);
      const { updateEnvironment } = await import("../../client/environments.ts");
      await printOne(io, flags.output, await updateEnvironment(client, id, { display_name: flags.name }));
    });
  return addProfileOption(addOutputOption(command));
}

function deleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete environments with all that they hold, except connections, which must be gone.")
    .addArgument(completedArgument("<ids...>", "Environment IDs.", "environment"))
    .action(async (ids: readonly string[], flags: Flags & ConsentFlags) => {
      const { client } = await openSession(io, flags);
      const { deleteEnvironment, getEnvironment } = await import("../../client/environments.ts");
      await deleteNamed(io, {
        names: ids,
        kind: "environment",
        listCommand: "keymoor environment list",
        doneText: "Deleted",
        isExact: false,
        ask: (question) => mayGoOn(io, flags, question),
        read: (id) => getEnvironment(client, id),
        remove: (id) => deleteEnvironment(client, id),
      });
    });
  return addProfileOption(addConsentOptions(command));
}

function printOne(io: Io, format: OutputFormat, { id, display_name }: Environment): Promise<void> {
  return printObject(io, format, [
    { key: "id", label: "ID", value: id },
    { key: "name", label: "Name", value: display_name },
  ]);
}

async function find({ client }: Session, id: string): Promise<Environment> {
  const { getEnvironment } = await import("../../client/environments.ts");
  try {
    return await getEnvironment(client, id);
  } catch (error) {
    if (!(error instanceof ClientError) || error.details.status !== 404) throw error;
    throw new CommandFailure(error.message, {
      hint: "List available environments with `keymoor environment list`.",
    });
  }
}
