import { Command } from "commander";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { openSession } from "../session.ts";

interface Flags {
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor admin rotate-master-key`: asks the server for it, which goes on serving. */
export function rotateMasterKeyCommand(io: Io): Command {
  const command = new Command("rotate-master-key")
    .description(
      "Exchange the master key of a server while it serves. Takes an OrganizationAdmin's Cloud key.",
    )
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)")
    .action(async (flags: Flags) => {
      const { client } = await openSession(io, flags);
      const { rotateMasterKey } = await import("../../client/master-key.ts");
      const rotated = await withProgress(io, "Sealing under the new master key", () =>
        rotateMasterKey(client),
      );
      await printObject(io, flags.output, [
        { key: "key_id", label: "Master Key", value: rotated.key_id },
        { key: "previous_key_id", label: "Previous Key", value: rotated.previous_key_id },
        { key: "credentials", label: "Credentials", value: rotated.credentials },
        { key: "unopened", label: "Unopened", value: rotated.unopened },
        { key: "seconds", label: "Seconds", value: rotated.seconds },
      ]);
      io.stderr.write(
        `Copy the new key file to where you keep the old one. Backups made before now still need ${rotated.previous_key_id}.\n`,
      );
    });
  return addOutputOption(command);
}
