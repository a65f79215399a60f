import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "commander";
import type { Io } from "../io.ts";
import { printLine } from "../output/print.ts";
import { describeBackup, judgeAudit } from "./admin-backup.ts";
import { addDataOptions, dataSettings } from "./admin-settings.ts";

/** `keymoor admin restore FILE`: a backup becomes the database of a data folder that has none. */
export function restoreCommand(io: Io): Command {
  const command = new Command("restore")
    .description(
      "Make a backup the database of a data folder of this machine that has none. Its master key must be at hand.",
    )
    .argument("<file>", "A file that `keymoor admin backup` has made.")
    .action(async (file: string) => {
      const { folder, masterKey } = dataSettings(io, command);
      const { restoreSqlite } = await import("../../storage/sqlite-backup.ts");
      const { masterKeyIdsOf, openLocalVault } = await import("../../secrets/key-ring.ts");
      const { masterKeyPath } = await import("../../secrets/master-key.ts");
      const backup = resolve(io.folder, file);
      let keyId = "";
      const facts = await restoreSqlite(backup, folder, (rows) => {
        keyId = masterKeyIdsOf(rows)[0] ?? "";
        return openLocalVault({ ...masterKey, sealed: `The backup ${backup}` }, rows, false);
      });
      printLine(io, `Restored into ${folder}`);
      for (const line of describeBackup(facts)) printLine(io, line);
      printLine(io, `Master key: ${keyId}`);
      if (!existsSync(masterKeyPath(folder)))
        printLine(io, "Start the server with the same master key setting as this command.");
      judgeAudit(io, { facts, keyId, unverified: undefined }, "The backup was restored");
    });
  return addDataOptions(command);
}
