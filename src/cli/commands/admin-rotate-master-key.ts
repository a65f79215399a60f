import { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, isAgreed, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { openSession } from "../session.ts";

interface Flags extends ConsentFlags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor admin rotate-master-key`: asks the server for it, which goes on serving. */
export function rotateMasterKeyCommand(io: Io): Command {
  const command = new Command("rotate-master-key")
    .description(
      "Exchange the master key of a server while it serves. Asks the server; takes an OrganizationAdmin's Cloud key.",
    )
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)")
    .action(async (flags: Flags) => {
      const { client } = await openSession(io, flags);
      if (!(await isWanted(io, flags))) return;
      const { rotateMasterKey } = await import("../../client/master-key.ts");
      const rotated = await withProgress(io, "Sealing under the new master key", () =>
        rotateMasterKey(client),
      );
      await printObject(io, flags.output, [
        { key: "key_id", label: "Master Key", value: rotated.key_id },
        { key: "previous_key_id", label: "Previous Key", value: rotated.previous_key_id },
        { key: "credentials", label: "Credentials", value: rotated.credentials },
        { key: "unopened", label: "Unopened", value: rotated.unopened },
        { key: "old_copies_remain", label: "Old Copies Remain", value: rotated.old_copies_remain },
        { key: "seconds", label: "Seconds", value: rotated.seconds },
      ]);
      io.stderr.write(
        `Copy the new key file to where you keep the old one. Backups made before now still need ${rotated.previous_key_id}.\n`,
      );
      if (!rotated.old_copies_remain) return;
      throw new CommandFailure(
        `Another program reads the database as it was before, so its log still holds copies that ${rotated.previous_key_id} opens.`,
        {
          hint: "End that program, such as a shell on keymoor.db. The server removes the copies within a minute.",
        },
      );
    });
  return addConsentOptions(addOutputOption(command));
}

/** The old key is deleted at the end, and with it go the backups that were made under it, unless there is a copy. */
async function isWanted(io: Io, flags: Flags): Promise<boolean> {
  if (!isAgreed(flags)) {
    io.stderr.write(
      "The server deletes its master key and makes another. Backups made before need the old one: first copy its file\n(`master.key` in the server's data folder, or its KEYMOOR_MASTER_KEY_FILE) to a safe place.\n",
    );
  }
  return await mayGoOn(
    io,
    flags,
    "Is it copied, and shall the master key be exchanged now?",
    "Copy the master key file (`master.key` in the server's data folder, or its KEYMOOR_MASTER_KEY_FILE), then give --yes.",
  );
}
