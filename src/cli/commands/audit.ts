import { Command } from "commander";
import type { AuditEvent, AuditFilter } from "../../client/audit-events.ts";
import { nearest } from "../../nearest.ts";
import { auditActions } from "../audit-actions.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import { addOutputOption, addWideOption, type OutputFormat } from "../output/output-format.ts";
import { printData, printLine, printList } from "../output/print.ts";
import { timeBefore } from "../parse-time.ts";
import { addEnvironmentOptions, openSession } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { addDataOptions, dataSettings } from "./admin-settings.ts";

/** `keymoor audit`: what the trail has, and whether it holds. */
export function auditCommand(io: Io): Command {
  return new Command("audit")
    .description("What the audit trail has and whether it holds.")
    .addCommand(listCommand(io))
    .addCommand(verifyCommand(io));
}

interface ListFlags {
  readonly profile?: string;
  readonly environment?: string;
  readonly action?: string;
  readonly principal?: string;
  readonly connection?: string;
  readonly outcome?: AuditFilter["outcome"];
  readonly from?: string;
  readonly to?: string;
  readonly limit?: number;
  readonly wide?: boolean;
  readonly output: OutputFormat;
}

const usualLimit = 50;
const mostEvents = 100_000;

function listCommand(io: Io): Command {
  const command = new Command("list")
    .description("List events, newest first. Asks the server.")
    .option("--action <name>", "Only this action, such as connection.rotate.", actionOf)
    .option("--principal <id>", "Only what this user or service account did.")
    .option("--connection <name>", "Only what was done to this connection.")
    .option("--outcome <outcome>", "Only done, unchanged, refused or failed.", outcomeOf)
    .option("--from <when>", "Events from this time on: 2026-11-20, 2026-11-20T12:00:00Z, or 24h ago as 24h.")
    .option("--to <when>", "Events before this time.")
    .option("--limit <count>", `At most so many events. Default: ${usualLimit}.`, limitOf)
    .action(async (flags: ListFlags) => {
      const filter = filterOf(flags);
      const { client } = await openSession(io, flags);
      const { listAuditEvents } = await import("../../client/audit-events.ts");
      const limit = flags.limit ?? usualLimit;
      const found = await listAuditEvents(client, filter, limit + 1);
      const events = found.slice(0, limit);
      if (flags.output === "human") await printEvents(io, events, flags.wide !== true);
      else await printData(io, flags.output, events);
      if (found.length > limit)
        io.stderr.write(`There are more than these ${limit}. More: --limit ${limit * 10}\n`);
    });
  return addEnvironmentOptions(addWideOption(addOutputOption(command)));
}

function filterOf({ environment, action, principal, connection, outcome, from, to }: ListFlags): AuditFilter {
  return {
    ...(environment !== undefined && { environment }),
    ...(action !== undefined && { action }),
    ...(principal !== undefined && { principal }),
    ...(connection !== undefined && { resource_name: connection }),
    ...(outcome !== undefined && { outcome }),
    ...(from !== undefined && { from: timeBefore("from", from) }),
    ...(to !== undefined && { to: timeBefore("to", to) }),
  };
}

async function printEvents(io: Io, events: readonly AuditEvent[], isFitted: boolean): Promise<void> {
  const columns = [
    { key: "at", label: "Time" },
    { key: "action", label: "Action" },
    { key: "resource_name", label: "Resource" },
    { key: "outcome", label: "Outcome" },
    { key: "code", label: "Code" },
    { key: "principal", label: "Principal" },
    { key: "environment_id", label: "Environment" },
    { key: "address", label: "Address" },
    { key: "count", label: "Count" },
  ];
  const rows = events.map((event) => ({ ...event, at: new Date(event.at) }));
  await printList(io, "human", columns, rows, { isSorted: true, isFitted });
}

const outcomes = [
  "done",
  "unchanged",
  "refused",
  "failed",
] as const satisfies readonly AuditFilter["outcome"][];

/** A newer server may have actions that are not known here, so only what is nearly one is refused. */
function actionOf(word: string): string {
  const close = auditActions.includes(word) ? undefined : nearest(word, auditActions);
  if (close === undefined) return word;
  throw new UsageError("--action names no action of the audit trail.", { hint: `Did you mean ${close}?` });
}

function outcomeOf(word: string): AuditFilter["outcome"] {
  const outcome = outcomes.find((name) => name === word);
  if (outcome !== undefined) return outcome;
  const close = nearest(word, outcomes);
  throw new UsageError("--outcome takes done, unchanged, refused or failed.", {
    ...(close !== undefined && { hint: `Did you mean ${close}?` }),
  });
}

function limitOf(text: string): number {
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= mostEvents) return limit;
  throw new UsageError(`--limit takes a number from 1 to ${mostEvents}.`);
}

/** Proves the audit trail of a data folder, also while a server writes to it. */
function verifyCommand(io: Io): Command {
  const verify = new Command("verify")
    .description(
      "Prove that no event of the audit trail in a data folder of this machine was changed, removed, inserted or moved.",
    )
    .action(async () => {
      const { folder, masterKey } = dataSettings(io, verify);
      const { openLocalVault } = await import("../../secrets/key-ring.ts");
      const { verifySqliteAudit } = await import("../../storage/sqlite-audit.ts");
      const verdict = verifySqliteAudit(folder, (rows) => openLocalVault(masterKey, rows, false));
      if (verdict.status === "broken") {
        const chain = verdict.instance === undefined ? "" : ` of instance ${verdict.instance}`;
        const event = verdict.sequence === undefined ? "" : ` at event ${verdict.sequence}`;
        throw new CommandFailure(`The audit trail${chain} is broken${event}: ${verdict.because}`);
      }
      for (const { instance, first, last } of verdict.chains) {
        const range = last < first ? "" : `, ${first} to ${last}`;
        printLine(io, `Instance ${instance}: ${last - first + 1} events${range}, unbroken.`);
      }
    });
  return addDataOptions(verify);
}
