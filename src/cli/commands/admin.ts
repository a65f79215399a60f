import { Command } from "commander";
import type { Io } from "../io.ts";
import { backupCommand } from "./admin-backup.ts";
import { resetPasswordCommand } from "./admin-reset-password.ts";
import { restoreCommand } from "./admin-restore.ts";
import { rotateMasterKeyCommand } from "./admin-rotate-master-key.ts";

/** `keymoor admin ...`: what the operator of a server does; all but the rotation on its data folder. */
export function adminCommand(io: Io): Command {
  return new Command("admin")
    .description("Operate a server: backup, restore, master key, lost passwords.")
    .addCommand(backupCommand(io))
    .addCommand(restoreCommand(io))
    .addCommand(rotateMasterKeyCommand(io))
    .addCommand(resetPasswordCommand(io));
}
