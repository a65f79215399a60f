import type { Command, CommanderError, Option } from "commander";
import { nearest } from "../nearest.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Gives every command of a program what all of them share: output to `io`, `--no-color`, help for a group that is named
 * alone, and errors in the words of Confluent's CLI (contract/cli.md 5), which never repeat a flag's value.
 */
export function prepareCommands(program: Command, io: Io, speech: Speech): void {
  const required = new Map<Command, readonly Option[]>();
  for (const command of commandsOf(program)) {
    command.enablePositionalOptions().configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => {}, // reportFailure says it
      getOutHelpWidth: () => io.stdout.columns || 100,
      getErrHelpWidth: () => io.stderr.columns || 100,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
    command.exitOverride((error) => {
      throw error.exitCode === 0 ? error : usageError(command, error, speech);
    });
    command.helpOption("-h, --help", "Show help for this command.");
    command.option("--no-color", "No colours. (NO_COLOR)");
    if (command.commands.length > 0) command.action(() => command.outputHelp());
    required.set(command, takeRequired(command));
  }
  // Commander would name one missing flag at a time, and before it looks for unknown ones.
  program.hook("preAction", (_program, command) => {
    judgeRequired(command, required.get(command) ?? [], speech);
    io.onCommand?.(pathOf(command));
  });
}

/** `exact` keeps to Confluent's texts; `friendly` adds what may have been meant and spares the list of flags. */
export type Speech = "exact" | "friendly";

/** A wrong command line, with the usage as far as this speech shows it. */
export function wrongUsage(command: Command, message: string, speech: Speech, hint?: string): UsageError {
  return new UsageError(message, {
    usage: speech === "exact" ? command.helpInformation() : `\n${shortUsage(command)}`,
    ...(hint !== undefined && speech === "friendly" && { hint }),
  });
}

/** `keymoor flink connection create` */
export function pathOf(command: Command): string {
  const names: string[] = [];
  for (let at: Command | null = command; at !== null; at = at.parent) names.unshift(at.name());
  return names.join(" ");
}

function shortUsage(command: Command): string {
  const [usage = ""] = command.helpInformation().split("\n");
  return `${usage}\nMore: \`${pathOf(command)} --help\`.\n`;
}

function* commandsOf(command: Command): Generator<Command> {
  yield command;
  for (const child of command.commands) yield* commandsOf(child);
}

/** The options that a command requires; from now on commander does not look at that itself. */
function takeRequired(command: Command): readonly Option[] {
  const options = command.options.filter(({ mandatory }) => mandatory);
  for (const option of options) {
    option.mandatory = false;
    option.description = `REQUIRED: ${option.description}`;
  }
  return options;
}

function judgeRequired(command: Command, required: readonly Option[], speech: Speech): void {
  const missing = required.filter((option) => command.getOptionValue(option.attributeName()) === undefined);
  if (missing.length === 0) return;
  const names = missing.map(({ long }) => `"${long?.slice(2) ?? ""}"`).join(", ");
  throw wrongUsage(command, `required flag(s) ${names} not set`, speech);
}

function usageError(command: Command, error: CommanderError, speech: Speech): UsageError {
  switch (error.code) {
    case "commander.unknownOption":
      return unknownFlag(command, error.message, speech);
    case "commander.optionMissingArgument": {
      const flag = /'(?:-\w, )?(-[\w-]+)/.exec(error.message)?.[1] ?? "";
      return wrongUsage(command, `flag needs an argument: ${flag}`, speech);
    }
    case "commander.missingArgument":
    case "commander.excessArguments":
    case "commander.unknownCommand":
      return wrongArguments(command, speech);
    default:
      // Commander's other texts repeat values.
      return wrongUsage(command, "a flag or argument is not valid", speech);
  }
}

/** Only the name: what is behind `=` may be a secret. */
function unknownFlag(command: Command, message: string, speech: Speech): UsageError {
  // A group takes no flags to speak of: the word before is the mistake.
  if (command.commands.length > 0 && command.args[0]?.startsWith("-") === false) {
    return wrongArguments(command, speech);
  }
  const [flag = ""] = (/unknown option '(.*?)'/s.exec(message)?.[1] ?? "").split("=");
  // `-sk-abc` would be a value that lost its flag.
  const name = /^--[A-Za-z][\w-]{0,40}$/.test(flag) ? flag : undefined;
  const known = command.options.flatMap(({ long }) => long ?? []);
  const close = name === undefined ? undefined : nearest(name, known);
  if (name === undefined) {
    const letter = /^-([A-Za-z])$/.exec(flag)?.[1];
    const what = letter === undefined ? "" : `: '${letter}' in -${letter}`;
    return wrongUsage(command, `unknown shorthand flag${what}`, speech);
  }
  return wrongUsage(
    command,
    `unknown flag: ${name}`,
    speech,
    close === undefined ? undefined : `Did you mean ${close}?`,
  );
}

function wrongArguments(command: Command, speech: Speech): UsageError {
  const { args, registeredArguments } = command;
  if (command.commands.length > 0) return unknownCommand(command, args[0] ?? "", speech);
  const least = registeredArguments.filter((argument) => argument.required).length;
  const most = registeredArguments.some(({ variadic }) => variadic) ? undefined : registeredArguments.length;
  if (most === undefined) {
    return wrongUsage(command, `requires at least ${least} arg(s), only received ${args.length}`, speech);
  }
  const accepted = least === most ? `${most}` : `between ${least} and ${most}`;
  return wrongUsage(command, `accepts ${accepted} arg(s), received ${args.length}`, speech);
}

function unknownCommand(command: Command, word: string, speech: Speech): UsageError {
  const close = nearest(
    word,
    command.commands.map((child) => child.name()),
  );
  // A word that no command could be called is not repeated: it may be a misplaced value.
  const shown = close !== undefined || /^[a-z][a-z-]{0,24}$/.test(word) ? ` "${word}"` : "";
  return wrongUsage(
    command,
    `unknown command${shown} for "${pathOf(command)}"`,
    speech,
    close === undefined ? undefined : `Did you mean \`${pathOf(command)} ${close}\`?`,
  );
}
