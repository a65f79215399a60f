import { Command } from "commander";
import type { Check } from "../../client/checks.ts";
import { ClientError } from "../../client/client-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { sentence } from "../sentence.ts";
import { addPlaceOptions, type CliPlace, openSession, type PlaceFlags, type Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { wordList } from "../word-list.ts";

interface Flags extends PlaceFlags {
  readonly all?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection verify`: whether connections work, step by step; ends with 3 when one does not. */
export function connectionVerifyCommand(io: Io): Command {
  const command = new Command("verify")
    .description("Check now whether connections work.")
    .addArgument(completedArgument("[names...]", "Names of the connections.", "connection"))
    .option("--all", "Every connection of the region.")
    .action(async (given: readonly string[], flags: Flags) => {
      if ((given.length === 0) !== (flags.all === true)) {
        throw new UsageError(
          given.length === 0 ? "No connection is named." : "Names and --all are both given.",
          { hint: "Give the names of connections, or --all." },
        );
      }
      const session = await openSession(io, flags);
      const place = await session.place();
      const [only, other] = given;
      if (only !== undefined && other === undefined) await verifyOne(io, session, place, only, flags.output);
      else {
        const names = flags.all === true ? await namesOf(session, place) : [...new Set(given)];
        await verifySeveral(io, session, place, names, flags.output);
      }
    });
  return addOutputOption(addPlaceOptions(command));
}

async function verifyOne(
  io: Io,
  { client }: Session,
  place: CliPlace,
  name: string,
  output: OutputFormat,
): Promise<void> {
  const { verifyConnection } = await import("../../client/checks.ts");
  const { checkFailure, isHealthy, printCheck } = await import("../print-check.ts");
  const check = await withProgress(io, `Checking ${name}`, () => verifyConnection(client, place, name));
  if (output === "human") printCheck(io, io.stdout, check);
  else await printData(io, output, check);
  if (!isHealthy(check)) throw checkFailure(name, check);
  if (output === "human") printLine(io, verdict(name, check));
}

/** One after the other, so that a machine of many connections is not checked in one moment. */
async function verifySeveral(
  io: Io,
  { client }: Session,
  place: CliPlace,
  names: readonly string[],
  output: OutputFormat,
): Promise<void> {
  const { verifyConnection } = await import("../../client/checks.ts");
  const { checkFailure, isHealthy } = await import("../print-check.ts");
  const checks: (Check & { readonly name: string })[] = [];
  const unchecked: string[] = [];
  for (const name of names) {
    const check = await withProgress(io, `Checking ${name}`, () =>
      verifyConnection(client, place, name).catch(refusalOf),
    );
    if (check instanceof ClientError) {
      io.stderr.write(`Connection "${name}" was not checked. ${check.message}\n`);
      unchecked.push(name);
      continue;
    }
    checks.push({ name, ...check });
    if (output === "human") {
      printLine(io, isHealthy(check) ? verdict(name, check) : checkFailure(name, check).message);
    }
  }
  if (output !== "human") await printData(io, output, checks);
  else if (names.length === 0) printLine(io, "None found.");
  const broken = checks.filter((check) => !isHealthy(check)).map(({ name }) => name);
  if (broken.length === 0 && unchecked.length > 0) {
    throw new CommandFailure(`Not everything was checked: ${wordList(unchecked, "and")}.`);
  }
  if (broken.length === 0) return;
  throw new CommandFailure(
    `${broken.length} of ${names.length} connections ${broken.length === 1 ? "does" : "do"} not work: ${wordList(broken, "and")}.`,
    {
      hint: `\`keymoor connection verify ${broken[0]}\` shows the steps.`,
      exitCode: exitCodes.notAccepted.code,
    },
  );
}

/** One that is gone, or that was refused a moment ago and may not be tried again yet, does not keep the others waiting. */
function refusalOf(error: unknown): ClientError {
  const status = error instanceof ClientError ? error.details.status : undefined;
  if (error instanceof ClientError && (status === 404 || status === 429)) return error;
  throw error;
}

async function namesOf({ client }: Session, place: CliPlace): Promise<readonly string[]> {
  const { listConnections } = await import("../../client/connections.ts");
  const names: string[] = [];
  for await (const { name } of listConnections(client, place)) names.push(name);
  return names;
}

function verdict(name: string, { outcome, detail }: Check): string {
  const what =
    outcome === "accepted"
      ? `Connection "${name}" works.`
      : `Nothing was found to be wrong with connection "${name}".`;
  return `${what} ${sentence(detail)}`.trim();
}
