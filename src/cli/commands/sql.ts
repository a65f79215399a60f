import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { Command } from "commander";
import { ClientError } from "../../client/client-error.ts";
import { reasonOf } from "../../reason-of.ts";
import type { StatementText } from "../../sql/split-statements.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { configFolder } from "../profile-file.ts";
import { readInput } from "../read-input.ts";
import { reportFailure } from "../report-failure.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import type { StatementRunner } from "../shell/statement-runner.ts";
import { warnOfHistory } from "../shell/warn-of-history.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends PlaceFlags {
  readonly file?: string;
  readonly continue?: true;
  readonly database?: string;
  readonly computePool?: string;
  readonly serviceAccount?: string;
  readonly output: OutputFormat;
}

/** `keymoor sql`: statements from the command line, a file or standard input; a shell where a person sits. */
export function sqlCommand(io: Io): Command {
  const command = new Command("sql")
    .description("Run SQL statements, or open a shell for them.")
    .argument("[statement]", "Statement, or several with semicolons between them; - reads standard input.")
    .option("-f, --file <path>", "File with statements, each ended by a semicolon; - reads standard input.")
    .option("--continue", "Go on behind a statement that fails.")
    .option("--database <name>", "Current database of the session.")
    .option("--compute-pool <id>", "Compute pool ID.")
    .option("--service-account <id>", "Service account to run the statements as.")
    .action(async (statement: string | undefined, flags: Flags) => {
      const isShell = statement === undefined && flags.file === undefined && isTerminal(io);
      const text = isShell ? undefined : await readText(io, statement, flags.file);
      if (statement !== undefined && statement !== "-") await warnOfHistory(io, statement);
      const { splitStatements } = await import("../../sql/split-statements.ts");
      const session = await openSession(io, flags);
      const { optionKeys } = await import("../../connections/vocabulary.ts");
      const { initialProperties, statementRunner } = await import("../shell/statement-runner.ts");
      const vocabulary = optionKeys();
      const place = await session.place();
      const { environments, server } = await session.whoami();
      const environment = environments.find(({ id }) => id === place.environmentId)?.name;
      const run = statementRunner(io, {
        client: session.client,
        place,
        format: flags.output,
        properties: initialProperties(environment ?? place.environmentId, flags.database),
        computePoolId: flags.computePool,
        principal: flags.serviceAccount,
      });
      if (text !== undefined) {
        const { statements, rest } = splitStatements(text);
        const all = rest === undefined ? statements : [...statements, { ...rest, text: rest.text.trimEnd() }];
        await runAll(io, run, all, flags.continue === true);
        return;
      }
      const { openHistory } = await import("../shell/history.ts");
      const { runShell } = await import("../shell/run-shell.ts");
      const { connectionNames, orNothing } = await import("../completion/server-names.ts");
      const historyFile = join(configFolder(io), "sql-history");
      const history = openHistory(historyFile, vocabulary);
      io.stderr.write(
        `Keymoor ${server.version} at ${session.client.url}, environment ${environment ?? place.environmentId}, ${place.cloud}.${place.region}.\nhelp; says what there is, exit; ends.\n`,
      );
      if (history.failure !== undefined) {
        io.stderr.write(`The history is not kept: ${historyFile} cannot be used (${history.failure}).\n`);
      }
      await runShell(io, {
        run,
        history,
        connectionNames: () => orNothing(() => connectionNames(session.client, place)),
      });
    });
  return addOutputOption(addPlaceOptions(command));
}

function isTerminal({ stdin, stdout }: Io): boolean {
  return stdin.isTTY === true && stdout.isTTY === true;
}

async function readText(io: Io, statement: string | undefined, file: string | undefined): Promise<string> {
  if (statement !== undefined && file !== undefined) {
    throw new UsageError("A statement and --file are both given.", { hint: "Give one of them." });
  }
  if (statement !== undefined && statement !== "-") return statement;
  if (file === undefined || file === "-") return utf8(await readInput(io), "Standard input");
  try {
    return utf8(await readFile(resolve(io.folder, file)), "The file");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    // The path is not repeated: a statement may stand in its place.
    throw new UsageError(`The file that --file names cannot be read (${reasonOf(error)}).`);
  }
}

/** Without a byte order mark, which SQL knows nothing of. */
function utf8(bytes: Buffer, what: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${what} is not UTF-8 text.`);
  }
}

/** One after the other; the first failure ends it, unless the caller goes on. */
async function runAll(
  io: Io,
  run: StatementRunner,
  statements: readonly StatementText[],
  goesOn: boolean,
): Promise<void> {
  if (statements.length === 0) throw new UsageError("There is no statement.");
  let failures = 0;
  for (const [index, { text, line }] of statements.entries()) {
    try {
      await run(text);
    } catch (error) {
      if (statements.length > 1) {
        io.stderr.write(`In statement ${index + 1} of ${statements.length}, on line ${line}:\n`);
      }
      if (!goesOn) throw error;
      // Without a server, or without a key, the next one fails alike.
      const isGone =
        error instanceof ClientError && (error.kind === "unreachable" || error.details.status === 401);
      if (isGone) throw error;
      reportFailure(io, error);
      failures += 1;
    }
  }
  if (failures > 0) throw new CommandFailure(`${failures} of ${statements.length} statements failed.`);
}
