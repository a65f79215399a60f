import { Readable } from "node:stream";
import type { Argument, Command, Option } from "commander";
import { environmentVariables } from "../cli/environment-variables.ts";
import { exitCodes } from "../cli/exit-codes.ts";
import type { Io } from "../cli/io.ts";
import { pathOf } from "../cli/prepare-commands.ts";
import { createProgram } from "../cli/run.ts";
import type { Setting } from "../config/setting.ts";
import { flagOf, settings } from "../config/settings.ts";
import { cliExamples } from "./cli-examples.ts";

/** docs/cli.md, from the commands as they are. */
export async function cliPage(): Promise<string> {
  const commands = [...leavesOf(await commandTree())];
  return [
    introduction,
    `## Environment variables\n\n${table(
      ["variable", "meaning"],
      Object.entries(environmentVariables).map(([name, meaning]) => [`\`${name}\``, meaning]),
    )}\n`,
    `## Exit codes\n\n${table(
      ["code", "meaning"],
      Object.values(exitCodes).map(({ code, meaning }) => [String(code), meaning]),
    )}\n`,
    sharedFlags,
    `## Commands\n\n${table(
      ["command", "does"],
      commands.map((command) => [
        `[\`${pathOf(command)}\`](#${pathOf(command).replaceAll(" ", "-")})`,
        command.description(),
      ]),
    )}\n`,
    ...commands.map(section),
  ].join("\n");
}

/** All commands, connected to nothing. */
export function commandTree(): Promise<Command> {
  const nowhere = { write: () => true };
  const io: Io = { stdin: Readable.from([]), stdout: nowhere, stderr: nowhere, env: {}, folder: "/" };
  return createProgram(io);
}

export function* leavesOf(command: Command): Generator<Command> {
  const visible = command.createHelp().visibleCommands(command);
  for (const child of visible.filter((one) => one.name() !== "help")) {
    if (child.commands.length === 0) yield child;
    else yield* leavesOf(child);
  }
}

const introduction = `<!-- Generated from src/cli/ by \`npm run docs\`. Do not edit. -->
# Command line

\`bin/keymoor\` is the server and its client. In a clone it installs and builds what is missing, so the first command takes longer. \`npm link\` there puts \`keymoor\` on the path;
without it, write \`bin/keymoor\` in the place of \`keymoor\`.

\`\`\`sh
keymoor login --url http://127.0.0.1:8090 --api-key ID --api-secret-file FILE
keymoor connection list
keymoor sql
\`\`\`

**Where a command works.** A server and a key come from \`KEYMOOR_URL\`, \`KEYMOOR_API_KEY\` and \`KEYMOOR_API_SECRET\`, or from the profile that
\`keymoor login\` keeps in a file that only its owner may read. Environment, cloud and region come from the flags, then from the profile, then from the key; where there is
only one, that is it, and else the command lists the choice. Plain http is for loopback: to another machine no command sends a key unless
\`keymoor login --insecure-http\`, which the profile keeps, or \`KEYMOOR_INSECURE_HTTP=1\` agrees to it.

**Questions.** Before it deletes or replaces something a command asks on a terminal. Without one it does not read an answer: it needs \`--yes\`, and ends with 2 otherwise.
\`keymoor flink\` takes y or n from standard input, as Confluent's does.

**As Confluent's CLI.** \`keymoor flink connection\` and \`keymoor flink statement\` have the flags, texts, tables and exit codes of \`confluent flink connection\` and
\`confluent flink statement\`: a script needs one word replaced. Without \`flink\` the same things are shorter to say, and there is more of them.

**Secrets.** \`--api-key VALUE\` works, but the shell's history keeps it and others can see the command line of a process. \`--api-key-file PATH\` reads a file,
\`-\` in the place of either reads standard input, and on a terminal a secret that is missing is asked for and not shown. The same holds for every secret flag. What is read
is UTF-8 without a byte order mark and, unless it is a key file, one line. A value may be a reference
(\`\${env:NAME}\`, \`\${file:NAME}\`, [sql.md](sql.md#references)). No command repeats a secret, in a table, in JSON or in an error.

**Output.** Data goes to standard output, messages, questions and progress to standard error. \`--output json\` and \`--output yaml\` are for programs.
What a server says cannot drive the terminal: control characters come as U+FFFD, and in JSON and YAML as escapes; only \`connection call\` prints a body as it is. A command that changes
something ends what it began when nobody reads its output any more; one that only prints stops.

**The shell.** \`keymoor sql\` without a statement, on a terminal, is a shell: a statement ends with \`;\` and may take several lines, Tab completes keywords, options,
types and names, the arrow keys bring back earlier statements. Its history is \`sql-history\` beside the profiles; it has the last 1000 statements, with secrets masked
before they go in. An error shows the line with the word marked. \`SET 'key' = 'value';\`, \`RESET;\` and \`USE CATALOG name;\` hold for the session, \`help;\` says the rest, \`exit;\` or Ctrl-D ends.
`;

const shared = ["--environment", "--cloud", "--region", "--profile", "--output", "--no-color", "--help"];

const sharedFlags = `## Shared flags

${table(
  ["flag", "meaning"],
  [
    ["`--environment <id>`", "Environment to work in."],
    ["`--cloud <cloud>`, `--region <region>`", "Region to work in."],
    ["`--profile <name>`", "Profile to work with, in place of the current one."],
    ["`-o`, `--output <format>`", "`human` (the default), `json` or `yaml`."],
    ["`--no-color`", "No colours."],
    ["`-h`, `--help`", "What the command takes."],
  ],
)}
`;

function section(command: Command): string {
  const path = pathOf(command);
  const options = command.createHelp().visibleOptions(command);
  const isSetting = ({ long }: Option) => long === "--config" || settingFlags.has(long ?? "");
  const isShared = ({ long, mandatory }: Option) => !mandatory && shared.includes(long ?? "");
  const own = options.filter((option) => !isShared(option) && !isSetting(option));
  const examples = cliExamples[path] ?? [];
  return [
    `### ${path}`,
    command.description(),
    `\`\`\`\n${path} ${command.usage()}\n\`\`\``,
    ...tableOf(["argument", "meaning"], command.registeredArguments.map(argumentRow)),
    ...tableOf(["flag", "meaning", "default"], own.map(optionRow)),
    ...listOf(
      "Settings of the server, as in [configuration.md](configuration.md)",
      options.filter(isSetting),
    ),
    ...listOf("[Shared flags](#shared-flags)", options.filter(isShared)),
    ...(examples.length === 0 ? [] : [`\`\`\`sh\n${examples.join("\n")}\n\`\`\``]),
  ]
    .join("\n\n")
    .concat("\n");
}

const settingFlags: ReadonlySet<string> = new Set(
  Object.entries<Setting>(settings).flatMap(([name, { isSecret }]) =>
    isSecret ? [] : [flagOf(name as keyof typeof settings)],
  ),
);

function argumentRow(argument: Argument): readonly string[] {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return [`\`${argument.required ? `<${name}>` : `[${name}]`}\``, argument.description];
}

function optionRow({ flags, description, mandatory, defaultValue }: Option): readonly string[] {
  const fallback = mandatory ? "required" : defaultValue === undefined ? "" : `\`${String(defaultValue)}\``;
  return [`\`${flags}\``, description, fallback];
}

function listOf(title: string, options: readonly Option[]): readonly string[] {
  const names = options.map(({ long, flags }) => `\`${long ?? flags}\``);
  return names.length === 0 ? [] : [`${title}: ${names.join(", ")}.`];
}

function tableOf(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return rows.length === 0 ? [] : [table(header, rows)];
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(header), `|${"---|".repeat(header.length)}`, ...rows.map(line)].join("\n");
}
