import { Command } from "commander";
import { ClientError } from "../../client/client-error.ts";
import { CommandFailure } from "../command-failure.ts";
import { confirm } from "../confirm.ts";
import type { Io } from "../io.ts";
import { printLine } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { wordList } from "../word-list.ts";

interface Flags extends PlaceFlags {
  readonly force?: boolean;
}

/** `keymoor connection delete`: asks first, and deletes nothing when one of the names is wrong. */
export function connectionDeleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete connections with every version of their credentials.")
    .argument("<names...>", "Names of the connections.")
    .option("--force", "Do not ask.")
    .action(async (given: readonly string[], flags: Flags) => {
      const { deleteConnection, getConnection } = await import("../../client/connections.ts");
      const session = await openSession(io, flags);
      const place = await session.place();
      const names = [...new Set(given)];
      for (const name of names) await getConnection(session.client, place, name);
      if (flags.force !== true && !(await confirm(io, `Delete ${subjectOf(names)}?`))) return;
      const failures: string[] = [];
      for (const name of names) {
        try {
          await deleteConnection(session.client, place, name);
          printLine(io, `Deleted connection "${name}".`);
        } catch (error) {
          if (!(error instanceof ClientError)) throw error;
          failures.push(`"${name}": ${error.message}`);
        }
      }
      if (failures.length > 0) throw new CommandFailure(`Not everything is deleted.\n${failures.join("\n")}`);
    });
  return addPlaceOptions(command);
}

function subjectOf(names: readonly string[]): string {
  return `connection${names.length === 1 ? "" : "s"} ${wordList(names, "and")}`;
}
