import { existsSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command, Option } from "commander";
import { KeymoorError } from "../../errors.ts";
import type { MasterKeySettings } from "../../secrets/master-key.ts";
import type { BackupFacts, UnlockBackup } from "../../storage/sqlite-backup.ts";
import { CommandFailure } from "../command-failure.ts";
import { Interrupted } from "../interrupted.ts";
import type { Io } from "../io.ts";
import { printLine } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { addDataOptions, dataSettings } from "./admin-settings.ts";

/** While the master key is being rotated, a copy would need two keys, one of which is about to be destroyed. */
const longestRotationMs = 60_000;
const lookAgainMs = 500;
const noticeableBytes = 64 * 1024 * 1024;

/** `keymoor admin backup`: a copy of the database, sealed as it is, while the server serves. */
export function backupCommand(io: Io): Command {
  const command = new Command("backup")
    .description(
      "Copy the database of a data folder of this machine to a file, also while a server serves from it.",
    )
    .option("-O, --output-file <path>", "File to write, or a folder; default: keymoor-backup-TIME.db here.")
    .addOption(new Option("--output <path>", "The earlier name of --output-file.").hideHelp())
    .action(async ({ outputFile, output }: { readonly outputFile?: string; readonly output?: string }) => {
      const { folder, masterKey } = dataSettings(io, command);
      const target = targetOf(io, outputFile ?? output);
      announce(io, folder);
      const made = await withProgress(io, "Waiting for the rotation of the master key", () =>
        makeBackup(folder, target, masterKey),
      );
      printLine(io, `Backup: ${target}`);
      for (const line of describeBackup(made.facts)) printLine(io, line);
      printLine(io, `Master key: ${made.keyId}, which is not in it. Keep a copy of that key elsewhere.`);
      judgeAudit(io, made, "The backup was made");
    });
  return addDataOptions(command);
}

export interface LookedAt {
  readonly facts: BackupFacts;
  readonly keyId: string;
  /** Why the audit trail was not verified. */
  readonly unverified: string | undefined;
}

/** Size and counts, for people. */
export function describeBackup(facts: BackupFacts): readonly string[] {
  return [
    `Size: ${facts.sizeBytes} bytes`,
    `Connections: ${facts.connections}, with ${facts.credentialVersions} sealed credential versions`,
    `Audit events: ${facts.auditEvents}${facts.audit?.status === "intact" ? ", unbroken" : ""}`,
  ];
}

/** A trail that is broken was so before; the copy is as true as its source, and whoever asked for it must notice. */
export function judgeAudit({ stderr }: Io, { facts, unverified }: LookedAt, done: string): void {
  if (unverified !== undefined) stderr.write(`The audit trail was not verified: ${unverified}\n`);
  if (facts.audit?.status !== "broken") return;
  throw new CommandFailure(`${done}, but its audit trail is broken: ${facts.audit.because}`, {
    hint: "`keymoor audit verify` says the same of the data folder.",
  });
}

async function makeBackup(folder: string, target: string, masterKey: MasterKeySettings): Promise<LookedAt> {
  const { backupSqlite } = await import("../../storage/sqlite-backup.ts");
  const { masterKeyIdsOf, openLocalVault } = await import("../../secrets/key-ring.ts");
  const interruption = listenForInterruption();
  const endMs = performance.now() + longestRotationMs;
  try {
    for (;;) {
      let keyIds: readonly string[] = [];
      let unverified: string | undefined;
      const unlock: UnlockBackup = (rows) => {
        if (interruption.came) throw new Interrupted();
        keyIds = masterKeyIdsOf(rows);
        if (keyIds.length > 1) throw beingRotated();
        try {
          return openLocalVault(masterKey, rows, false);
        } catch (error) {
          if (!(error instanceof KeymoorError)) throw error;
          unverified = error.sentence;
          return undefined;
        }
      };
      try {
        const facts = await backupSqlite(folder, target, unlock);
        return { facts, keyId: keyIds[0] ?? "", unverified };
      } catch (error) {
        const isRotating = error instanceof KeymoorError && error.code === "master_key_being_rotated";
        if (!isRotating || performance.now() > endMs) throw error;
        await new Promise((wake) => setTimeout(wake, lookAgainMs));
      }
    }
  } finally {
    interruption.end();
  }
}

function beingRotated(): KeymoorError {
  return new KeymoorError("master_key_being_rotated", "The master key is being rotated.", {
    hint: "Make the backup when that is done; if no server runs, start it, and it goes on.",
  });
}

/** The copying is one call into SQLite; a signal that comes meanwhile is heard after it, so that nothing is left behind. */
function listenForInterruption() {
  const state = { came: false, end: () => {} };
  const listener = () => {
    state.came = true;
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, listener);
  state.end = () => {
    for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, listener);
  };
  return state;
}

function targetOf({ folder }: Io, output: string | undefined): string {
  const name = `keymoor-backup-${new Date().toISOString().replace(/[-:]|\.\d+/g, "")}.db`;
  if (output === undefined) return resolve(folder, name);
  const path = resolve(folder, output);
  return existsSync(path) && statSync(path).isDirectory() ? join(path, name) : path;
}

function announce({ stderr }: Io, folder: string): void {
  const path = join(folder, "keymoor.db");
  if (stderr.isTTY !== true || !existsSync(path) || statSync(path).size < noticeableBytes) return;
  stderr.write(`Copying ${Math.round(statSync(path).size / 1024 / 1024)} MiB …\n`);
}
