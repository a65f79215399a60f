import { Command } from "commander";
import { loadConfig } from "../../config/load-config.ts";
import { addSettingOptions, flagTexts } from "../setting-options.ts";

/** `keymoor audit verify`: proves the audit trail of a data folder, also while a server writes to it. */
export function auditCommand(): Command {
  const verify = new Command("verify")
    .description("Prove that no event of the audit trail was changed, removed, inserted or moved.")
    .action(async () => {
      const { config } = loadConfig({ flags: flagTexts(verify), env: process.env, folder: process.cwd() });
      const { openLocalVault } = await import("../../secrets/key-ring.ts");
      const { verifySqliteAudit } = await import("../../storage/sqlite-audit.ts");
      const masterKey = { value: config.masterKey, file: config.masterKeyFile, folder: config.data };
      const verdict = verifySqliteAudit(config.data, (rows) => openLocalVault(masterKey, rows, false));
      if (verdict.status === "broken") {
        const chain = verdict.instance === undefined ? "" : ` of instance ${verdict.instance}`;
        const event = verdict.sequence === undefined ? "" : ` at event ${verdict.sequence}`;
        process.stdout.write(`The audit trail${chain} is broken${event}: ${verdict.because}\n`);
        process.exitCode = 1;
        return;
      }
      for (const { instance, first, last } of verdict.chains) {
        const range = last < first ? "" : `, ${first} to ${last}`;
        process.stdout.write(`Instance ${instance}: ${last - first + 1} events${range}, unbroken.\n`);
      }
    });
  addSettingOptions(verify, ["data", "masterKeyFile"]);
  return new Command("audit")
    .description("What the audit trail has and whether it holds.")
    .addCommand(verify);
}
