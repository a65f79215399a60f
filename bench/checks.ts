import { join } from "node:path";
import { DatabaseSync } from "@photostructure/sqlite";

export interface CheckBursts {
  /** Ends after the burst under way and says how many checks were made. */
  readonly stop: () => Promise<number>;
}

/**
 * Makes the check of every connection due at once, again as soon as all were made. The database is changed beside the
 * server, which `poke` then makes look: 300 requests at once would be a load of their own.
 */
export function startCheckBursts(folder: string, poke: () => Promise<void>): CheckBursts {
  const database = new DatabaseSync(join(folder, "keymoor.db"), { timeout: 5000 });
  const makeDue = database.prepare("update check_plan set due_at = ?, claimed_until = null");
  const countDue = database.prepare("select count(*) as n from check_plan where due_at <= ?");
  const countFailed = database.prepare("select count(*) as n from connection where status_phase <> 'READY'");
  const countMade = database.prepare(
    "select coalesce(sum(most), 0) as n from (select max(number) as most from connection_check group by connection_uid)",
  );
  const now = () => new Date().toISOString();
  const number = (row: unknown) => (row as { readonly n: number }).n;
  let isStopped = false;
  const ended = (async () => {
    const before = number(countMade.get());
    while (!isStopped) {
      makeDue.run(now());
      await poke();
      while (number(countDue.get(now())) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const failed = number(countFailed.get());
    if (failed > 0) throw new Error(`${failed} checks did not end READY`);
    const made = number(countMade.get()) - before;
    database.close();
    return made;
  })();
  ended.catch(() => undefined);
  return {
    stop: () => {
      isStopped = true;
      return ended;
    },
  };
}
