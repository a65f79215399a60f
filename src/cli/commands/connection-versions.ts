import { Command } from "commander";
import type { Check } from "../../client/checks.ts";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { Place } from "../../client/place.ts";
import { CommandFailure } from "../command-failure.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList, printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** `keymoor connection versions`: the versions of a credential one can still go back to. */
export function connectionVersionsCommand(io: Io): Command {
  const command = new Command("versions")
    .description("List the versions of a connection's credential that are kept.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .action(async (name: string, flags: PlaceFlags & { readonly output: OutputFormat }) => {
      const { listVersions } = await import("../../client/versions.ts");
      const session = await openSession(io, flags);
      const { data } = await listVersions(session.client, await session.place(), name);
      const rows = data.map((version) => ({
        is_current: flags.output === "human" ? (version.is_current ? "*" : "") : version.is_current,
        version: version.version,
        authentication: version.authentication,
        options: version.options,
        created_at: new Date(version.created_at),
        created_by: version.created_by,
      }));
      const columns = [
        { key: "is_current", label: "Current" },
        { key: "version", label: "Version" },
        { key: "authentication", label: "Authentication" },
        { key: "options", label: "Options" },
        { key: "created_at", label: "Creation Date" },
        { key: "created_by", label: "Created By" },
      ];
      await printList(io, flags.output, columns, rows, { isSorted: true });
    });
  return addOutputOption(addPlaceOptions(command));
}

interface RollbackFlags extends PlaceFlags {
  readonly version?: number;
  readonly check?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection rollback`: makes an earlier version the current one. */
export function connectionRollbackCommand(io: Io): Command {
  const command = new Command("rollback")
    .description("Go back to an earlier version of a connection's credential.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .addArgument(
      completedArgument(
        "[version]",
        "Version to go back to; the one before the current when absent.",
        "version",
        numberOf("VERSION"),
      ),
    )
    .option("--version <number>", "The same as a flag.", numberOf("--version"))
    .option("--check", "Check the connection afterwards, and end with 3 if it does not work.")
    .action(async (name: string, given: number | undefined, flags: RollbackFlags) => {
      if (given !== undefined && flags.version !== undefined && given !== flags.version) {
        throw new UsageError("VERSION and --version name two versions.", { hint: "Give one of them." });
      }
      await rollBack(io, name, given ?? flags.version, flags);
    });
  return addOutputOption(addPlaceOptions(command));
}

async function rollBack(
  io: Io,
  name: string,
  wanted: number | undefined,
  flags: RollbackFlags,
): Promise<void> {
  const { activateVersion } = await import("../../client/versions.ts");
  const { describeConnection } = await import("../../client/connections.ts");
  const { describeSettled } = await import("../describe-settled.ts");
  const { connectionFields } = await import("../connection-fields.ts");
  const { client, place: placeOf } = await openSession(io, flags);
  const place = await placeOf();
  const version = wanted ?? (await versionBefore(client, place, name));
  try {
    await activateVersion(client, place, name, version);
  } catch (error) {
    if (!(error instanceof ClientError) || error.details.code !== "credential_version_not_found") throw error;
    throw new CommandFailure(`Version ${version} of the credential of connection "${name}" is not kept.`, {
      hint: `\`keymoor connection versions ${name}\` lists those that are.`,
    });
  }
  io.stderr.write(`Connection "${name}" uses version ${version} of its credential from the next call on.\n`);
  const check = flags.check === true ? await checkNow(io, client, place, name) : undefined;
  const after =
    check === undefined
      ? await describeSettled(io, client, place, name)
      : await describeConnection(client, place, name);
  await printObject(io, flags.output, connectionFields(after, place.environmentId), { isOurs: true });
  const { checkFailure, isHealthy } = await import("../print-check.ts");
  if (check !== undefined && !isHealthy(check)) throw checkFailure(name, check);
}

async function checkNow(io: Io, client: Client, place: Place, name: string): Promise<Check> {
  const { verifyConnection } = await import("../../client/checks.ts");
  const { printCheck } = await import("../print-check.ts");
  const check = await withProgress(io, `Checking ${name}`, () => verifyConnection(client, place, name));
  printCheck(io, io.stderr, check);
  return check;
}

async function versionBefore(client: Client, place: Place, name: string): Promise<number> {
  const { listVersions } = await import("../../client/versions.ts");
  const { current, data } = await listVersions(client, place, name);
  const earlier = data.map(({ version }) => version).filter((version) => version < current);
  if (earlier.length > 0) return Math.max(...earlier);
  throw new CommandFailure(`Connection "${name}" has no version before the current one, ${current}.`, {
    hint: `\`keymoor connection versions ${name}\` lists those that are kept.`,
  });
}

function numberOf(place: string): (text: string) => number {
  return (text) => {
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
    throw new UsageError(`${place} takes the number of a version.`, {
      hint: "`keymoor connection versions NAME` lists them.",
    });
  };
}
