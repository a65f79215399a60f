import { existsSync } from "node:fs";
import { KeymoorError } from "../errors.ts";
import { ringKeys } from "./access-reads.ts";
import { auditKeyOf } from "./audit-chain.ts";
import type { RingKeyRecord } from "./records.ts";
import { openDatabase } from "./sqlite-database.ts";
import { openFailure } from "./sqlite-errors.ts";
import { databasePath } from "./sqlite-folder.ts";
import { SqliteRunner } from "./sqlite-runner.ts";
import { type AuditVerdict, type Verifying, verifyAuditPart, verifyingStart } from "./verify-audit.ts";

/** Proves the audit chains of a data folder, also while a server is serving from it. */
export function verifySqliteAudit(
  folder: string,
  unlock: (rows: readonly RingKeyRecord[]) => { readonly auditKey: Uint8Array },
): AuditVerdict {
  const path = databasePath(folder);
  if (!existsSync(path)) {
    throw new KeymoorError("cannot_start", `There is no Keymoor database in ${folder}.`, {
      hint: "Name the data folder of the server with --data, or set KEYMOOR_DATA.",
    });
  }
  try {
    const runner = new SqliteRunner(openDatabase(path, "read"));
    try {
      const { auditKey } = unlock(runner.run(ringKeys()));
      const key = auditKeyOf(auditKey);
      let found: AuditVerdict | Verifying = verifyingStart;
      while (found.status === "verifying") found = runner.snapshot(verifyAuditPart(key, found));
      return found;
    } finally {
      runner.database.close();
    }
  } catch (error) {
    throw openFailure(error, path);
  }
}
