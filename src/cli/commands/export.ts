import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { ConnectionDescription } from "../../client/connections.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import { withProgress } from "../progress.ts";
import { addEnvironmentOptions, openSession, type PlaceFlags, type Session } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly outputFile?: string;
  readonly output?: string;
  readonly force?: boolean;
}

/** `keymoor export`: an environment as the seed's YAML, which `keymoor apply` and a server's start read. */
export function exportCommand(io: Io): Command {
  const command = new Command("export")
    .description("Write the connections of an environment as YAML, with references in place of secrets.")
    .option("-O, --output-file <file>", "File to write; standard output otherwise.")
    // Before it meant a format everywhere else.
    .addOption(new Option("--output <file>", "The earlier name of --output-file.").hideHelp())
    .option("--force", "Write over a file that exists.")
    .action(async (flags: Flags) => {
      const session = await openSession(io, flags);
      const text = await withProgress(io, "Reading connections", () => exported(session));
      const path = flags.outputFile ?? flags.output;
      if (path === undefined) io.stdout.write(text);
      else await save(io, path, text, flags.force === true);
    });
  return addEnvironmentOptions(command);
}

async function exported({ client, whoami, environment }: Session): Promise<string> {
  const { describeConnection, listConnectionViews } = await import("../../client/connections.ts");
  const { exportText } = await import("../export-text.ts");
  const { organization, environments, regions } = await whoami();
  const environmentId = await environment();
  const inEnvironment = { organizationId: organization.id, environmentId };
  const connections: ConnectionDescription[] = [];
  for await (const { name, cloud, region } of listConnectionViews(client, inEnvironment)) {
    // A key of one region sees the others' connections and may not ask for more of them.
    if (!regions.some((known) => known.cloud === cloud && known.region === region)) continue;
    connections.push(await describeConnection(client, { ...inEnvironment, cloud, region }, name));
  }
  const name = environments.find(({ id }) => id === environmentId)?.name ?? environmentId;
  return exportText({ id: environmentId, name }, regions, connections);
}

/** Nobody else may read it, and what somebody filled in is not lost by a second export. */
async function save(io: Io, path: string, text: string, force: boolean): Promise<void> {
  try {
    const file = await open(resolve(io.folder, path), force ? "w" : "wx", 0o600);
    try {
      // One that was there keeps its rights otherwise; a device such as /dev/null must keep them.
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") {
      throw new CommandFailure(`${path} exists already.`, { hint: "--force writes over it." });
    }
    const { reasonOf } = await import("../../reason-of.ts");
    throw new CommandFailure(`${path} cannot be written (${reasonOf(error)}).`);
  }
  io.stderr.write(`Wrote ${path}.\n`);
}
