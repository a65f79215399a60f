import { Command } from "commander";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { UsageError } from "../usage-error.ts";

/** `keymoor connection versions`: the versions of a credential one can still go back to. */
export function connectionVersionsCommand(io: Io): Command {
  const command = new Command("versions")
    .description("List the versions of a connection's credential that are kept.")
    .argument("<name>", "Name of the connection.")
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

/** `keymoor connection rollback`: makes an earlier version the current one. */
export function connectionRollbackCommand(io: Io): Command {
  const command = new Command("rollback")
    .description("Go back to an earlier version of a connection's credential.")
    .argument("<name>", "Name of the connection.")
    .requiredOption(
      "--version <number>",
      "Version to go back to; `keymoor connection versions` lists them.",
      versionOf,
    )
    .action(async (name: string, flags: PlaceFlags & { readonly version: number }) => {
      const { activateVersion } = await import("../../client/versions.ts");
      const session = await openSession(io, flags);
      await activateVersion(session.client, await session.place(), name, flags.version);
      io.stderr.write(
        `Connection "${name}" uses version ${flags.version} of its credential from the next call on.\n`,
      );
    });
  return addPlaceOptions(command);
}

function versionOf(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new UsageError("--version takes the number of a version.", {
    hint: "`keymoor connection versions NAME` lists them.",
  });
}
