import { Command, CommanderError } from "commander";
import { version } from "../version.ts";
import { commandList } from "./command-list.ts";
import { exitCodes } from "./exit-codes.ts";
import { type Io, withPrintableMessages } from "./io.ts";
import { prepareCommands } from "./prepare-commands.ts";
import { reportFailure } from "./report-failure.ts";

/**
 * The command line. With the `first` word of what was typed, only that command is loaded and the others are their lines in the
 * help: all of them together take longer than most commands.
 */
export async function createProgram(io: Io, first?: string): Promise<Command> {
  const program = new Command("keymoor")
    .description("Self-hosted, governed connections for Apache Flink SQL")
    .version(version, "-V, --version", "Show the version.")
    .configureHelp({ subcommandTerm: (command) => command.name() });
  for (const { name, about, load, isHidden } of commandList) {
    const isWanted = first === undefined || first === name;
    const command = isWanted ? await load(io) : new Command(name).description(about);
    program.addCommand(command, { hidden: isHidden === true });
  }
  return program;
}

/** Runs one command line, `args` without node and script, and returns its exit code. Never throws. */
export async function runCli(args: readonly string[], given: Io): Promise<number> {
  // As a variable it reaches whatever asks for colours.
  const env = args.includes("--no-color") ? { ...given.env, NO_COLOR: "1" } : given.env;
  const io = withPrintableMessages({ ...given, env });
  const [first = "", second = ""] = args.filter((arg) => !arg.startsWith("-"));
  const speech = first === "flink" ? "exact" : "friendly";
  try {
    const named = first === "help" ? second : first;
    const needsAll = commandList.some(({ name, needsAll }) => needsAll === true && name === named);
    const program = await createProgram(io, needsAll ? undefined : named);
    prepareCommands(program, io, speech);
    await program.parseAsync([...args], { from: "user" });
    return exitCodes.done.code;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done.code;
    const code = reportFailure(io, error);
    // Confluent's CLI has one code for all failures (contract/cli.md 8); Ctrl-C is the shell's matter.
    return speech === "exact" && code !== exitCodes.interrupted.code ? exitCodes.failed.code : code;
  }
}
