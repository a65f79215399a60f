import { Command } from "commander";
import { carryOut, doneWords, type Result } from "../carry-out-plan.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList } from "../output/print.ts";
import { type Change, planFile } from "../plan-file.ts";
import { withProgress } from "../progress.ts";
import { openSession } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import { type ConnectionFile, markOf, readConnectionFile } from "../wanted-connections.ts";

interface Flags extends ConsentFlags {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly replace?: boolean;
  readonly adopt?: boolean;
  readonly exitCode?: boolean;
  readonly environment?: string;
  readonly managedBy?: string;
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor apply`: makes connections what a file says, over the same operations as everything else. */
export function applyCommand(io: Io): Command {
  const command = new Command("apply")
    .description(
      "Create, rotate and delete connections so that they are as a file says; shows the difference first.",
    )
    .requiredOption(
      "-f, --file <path>",
      "YAML file of the seed's form, as `keymoor export` writes it; - is standard input.",
    )
    .option("--dry-run", "Only show the difference.")
    .option("--exit-code", "With --dry-run: end with 6 if there is a difference.")
    .option("--prune", "Delete what this file manages and does not have any more; needs a name of its own.")
    .option("--replace", "Drop and create anew what differs in its type, endpoint or comment.")
    .option("--adopt", "Take over what another file manages.")
    .option("--environment <id>", "Where to prune for a file that names no environment any more.")
    .option(
      "--managed-by <name>",
      "Name that connections are marked with. Default: `managedBy` in the file, else its name.",
    )
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)")
    .action((flags: Flags) => apply(io, flags));
  return addConsentOptions(addOutputOption(command));
}

async function apply(io: Io, flags: Flags): Promise<void> {
  if (flags.exitCode === true && flags.dryRun !== true) {
    throw new UsageError("--exit-code is for --dry-run.", {
      hint: "What was applied without a failure ends with 0.",
    });
  }
  const file = await readConnectionFile(io, flags.file);
  const managedBy = markOf(flags.file, file, flags);
  if (flags.environment !== undefined && file.environmentIds.length > 0) {
    throw new UsageError("The file says which environments it is about.", {
      hint: "--environment is for a file that names none any more, with --prune.",
    });
  }
  if (file.ignored.length > 0) {
    io.stderr.write(`Not applied, because only a server's start reads it: ${file.ignored.join(", ")}.\n`);
  }
  const session = await openSession(io, flags);
  const { plan, leftOver } = await withProgress(io, "Comparing", () =>
    planFile(session, file, managedBy, flags.prune === true),
  );
  const changes = plan.filter(({ action }) => action !== "unchanged");
  const results = new Map<Change, Result>();
  const isHuman = flags.output === "human";
  if (isHuman && changes.length > 0) await print(io, "human", changes, results);
  io.stderr.write(`${summary(plan)}\n`);
  if (file.variables.size > 0) io.stderr.write(`${variablesText(file.variables)}\n`);
  if (leftOver > 0) io.stderr.write(`${leftOverText(leftOver)}\n`);
  try {
    judgeReferences(changes);
    if (flags.dryRun === true) {
      for (const { message, hint } of missingFlags(flags, changes, managedBy)) {
        io.stderr.write(`${message} ${hint}\n`);
      }
      if (flags.exitCode === true && changes.length > 0) throw differences();
      return;
    }
    if (changes.length === 0) return;
    judgeFlags(flags, changes, managedBy);
    if (await mayApply(io, flags, changes, managedBy))
      await carryOut(io, session, managedBy, changes, results);
  } finally {
    if (!isHuman) await print(io, flags.output, plan, results);
  }
}

/** `2 to create, 1 to delete, 7 unchanged.` */
function summary(plan: readonly Change[]): string {
  const counts = Object.keys(doneWords).map((action) => ({
    action,
    count: plan.filter((change) => change.action === action).length,
  }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => (action === "unchanged" ? `${count} unchanged` : `${count} to ${action}`));
  return parts.length === 0 ? "The file has no connections." : `${parts.join(", ")}.`;
}

/** What somebody else's file reads here and sends to an endpoint that it names should surprise nobody. */
function variablesText(variables: ConnectionFile["variables"]): string {
  const parts = [...variables].map(([name, connections]) => `${name} (${connections.join(", ")})`);
  return `Variables of this environment whose values are sent: ${parts.join("; ")}.`;
}

function leftOverText(count: number): string {
  return count === 1
    ? "1 connection that this file manages is not in it; --prune deletes it."
    : `${count} connections that this file manages are not in it; --prune deletes them.`;
}

/** The reference stands in the caller's own file, so it may be shown, unless it is only nearly one and may hold anything. */
function judgeReferences(changes: readonly Change[]): void {
  const lines: string[] = [];
  const hints = new Set<string>();
  for (const { name, wanted, unusable_references } of changes) {
    for (const { option, detail, hint } of unusable_references) {
      const text = (wanted?.credential[option] ?? wanted?.options[option])?.reveal() ?? "";
      const isReference = /^\$\{(?:env:[A-Za-z_]\w{0,99}|file:[A-Za-z0-9_.-]{1,255})\}$/.test(text);
      lines.push(`  "${name}"${isReference ? `, ${text}` : ""}: ${detail}`);
      if (hint !== null) hints.add(hint);
    }
  }
  if (lines.length === 0) return;
  const what = lines.length === 1 ? "1 reference" : `${lines.length} references`;
  throw new CommandFailure(
    [`The server cannot use ${what} of the file. Nothing was done.`, ...lines].join("\n"),
    {
      ...(hints.size > 0 && { hint: [...hints].join("\n") }),
    },
  );
}

/** What the plan needs and no flag allows. */
function missingFlags({ replace, adopt }: Flags, changes: readonly Change[], managedBy: string) {
  const missing: { readonly message: string; readonly hint: string }[] = [];
  const replaced = changes.filter(({ action }) => action === "replace").map(({ name }) => `"${name}"`);
  if (replace !== true && replaced.length > 0) {
    missing.push({
      message: `What differs cannot be changed in place: ${replaced.join(", ")}.`,
      hint: "With --replace each is dropped and created anew, with the earlier versions of its credential gone.",
    });
  }
  const others = changes.filter(({ managed_by }) => managed_by !== null && managed_by !== managedBy);
  if (adopt !== true && others.length > 0) {
    const named = others.map(({ name, managed_by }) => `"${name}" (${managed_by})`);
    missing.push({
      message: `Another file manages ${named.join(", ")}.`,
      hint: "With --adopt this file does from now on.",
    });
  }
  return missing;
}

function judgeFlags(flags: Flags, changes: readonly Change[], managedBy: string): void {
  const missing = missingFlags(flags, changes, managedBy);
  if (missing.length === 0) return;
  throw new CommandFailure(`${missing.map(({ message }) => message).join(" ")} Nothing was done.`, {
    hint: missing.map(({ hint }) => hint).join("\n"),
  });
}

function differences(): CommandFailure {
  return new CommandFailure("The connections are not as the file says.", {
    hint: "`keymoor apply` without --dry-run makes them so.",
    exitCode: exitCodes.differences.code,
  });
}

async function mayApply(
  io: Io,
  flags: Flags,
  changes: readonly Change[],
  managedBy: string,
): Promise<boolean> {
  const deleted = changes.filter(({ action }) => action === "delete").map(({ name }) => `"${name}"`);
  const question =
    deleted.length === 0
      ? "Apply this?"
      : `Apply this, and delete what ${managedBy} manages and the file does not have: ${deleted.join(", ")}?`;
  const hint = "Give --yes to apply without a question, or --dry-run to see the difference only.";
  return await mayGoOn(io, flags, question, hint);
}

async function print(
  io: Io,
  format: OutputFormat,
  changes: readonly Change[],
  results: ReadonlyMap<Change, Result>,
): Promise<void> {
  const columns = [
    { key: "action", label: "Action" },
    { key: "name", label: "Name" },
    { key: "environment", label: "Environment" },
    { key: "cloud", label: "Cloud" },
    { key: "region", label: "Region" },
    { key: "reason", label: "Reason" },
    { key: "result", label: "Result", isData: true },
  ] as const;
  const rows = changes.map((change) => ({
    action: change.action,
    name: change.name,
    environment: change.place.environmentId,
    cloud: change.cloud,
    region: change.region,
    reason: change.reason,
    result: change.action === "unchanged" ? "not_needed" : (results.get(change) ?? "not_done"),
  }));
  await printList(io, format, columns, rows, { isSorted: true });
}
