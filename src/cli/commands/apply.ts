import { Command } from "commander";
import type { Client } from "../../client/client.ts";
import { ClientError } from "../../client/client-error.ts";
import type { Place } from "../../client/place.ts";
import type { PlannedChange } from "../../client/plans.ts";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printList } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { openSession, type Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";
import {
  type ConnectionFile,
  markOf,
  readConnectionFile,
  type WantedConnection,
} from "../wanted-connections.ts";

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

/** One connection, what is to be done to it, and what the file has of it: nothing of what is to be deleted. */
interface Change extends PlannedChange {
  readonly place: Place;
  readonly wanted: WantedConnection | undefined;
}

/** `not_needed`: nothing had to be done. `not_done`: a failure came first, or nobody let it be done. */
type Result = "done" | "failed" | "not_done" | "not_needed";

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

/** `leftOver`: how many connections the file manages, does not have any more, and leaves alone without --prune. */
async function planFile(
  { client, whoami, environment }: Session,
  file: ConnectionFile,
  managedBy: string,
  prune: boolean,
): Promise<{ readonly plan: readonly Change[]; readonly leftOver: number }> {
  const { planConnections } = await import("../../client/plans.ts");
  const organizationId = (await whoami()).organization.id;
  const changes: Change[] = [];
  let leftOver = 0;
  const environmentIds =
    prune && file.hasConnections && file.environmentIds.length === 0
      ? [await environment()]
      : file.environmentIds;
  for (const environmentId of environmentIds) {
    const wanted = file.wanted.filter((connection) => connection.environmentId === environmentId);
    const parts = partsOf(wanted);
    for (const [index, part] of parts.entries()) {
      const isLast = index === parts.length - 1;
      const planned = await planConnections(
        client,
        { organizationId, environmentId },
        {
          managed_by: managedBy,
          connections: part.map(entryOf),
          ...(isLast &&
            (prune || parts.length <= mostPartsToCount) && {
              prune: true,
              also_kept: parts
                .slice(0, -1)
                .flat()
                .map(({ name, cloud, region }) => ({ name, cloud, region })),
            }),
        },
      );
      for (const [at, change] of planned.entries()) {
        if (change.action === "delete" && !prune) {
          leftOver += 1;
          continue;
        }
        const cloud = change.cloud.toLowerCase();
        const place = { organizationId, environmentId, cloud, region: change.region };
        changes.push({ ...change, cloud, place, wanted: part[at] });
      }
    }
  }
  return { plan: changes, leftOver };
}

/** Beyond this, all names of a file are sent only where they are needed: to prune. */
const mostPartsToCount = 10;

/** What the server takes at once: 100 connections, and a body of 1 MiB. */
const mostAtOnce = 100;
const largestPartBytes = 700_000;

function partsOf(wanted: readonly WantedConnection[]): readonly (readonly WantedConnection[])[] {
  const parts: WantedConnection[][] = [[]];
  let sizeBytes = 0;
  for (const connection of wanted) {
    const entryBytes = Buffer.byteLength(JSON.stringify(entryOf(connection)));
    const last = parts.at(-1);
    if (last !== undefined && last.length < mostAtOnce && sizeBytes + entryBytes <= largestPartBytes) {
      last.push(connection);
      sizeBytes += entryBytes;
    } else {
      parts.push([connection]);
      sizeBytes = entryBytes;
    }
  }
  return parts;
}

function entryOf({ name, cloud, region, type, endpoint, comment, options, credential }: WantedConnection) {
  return {
    name,
    cloud,
    region,
    type,
    endpoint,
    ...(comment === undefined ? {} : { comment }),
    options: revealed(options),
    credential: revealed(credential),
  };
}

function revealed(values: WantedConnection["credential"]): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.reveal()]));
}

const doneWords: Readonly<Record<Change["action"], string>> = {
  create: "created",
  rotate: "rotated",
  replace: "replaced",
  adopt: "adopted",
  delete: "deleted",
  unchanged: "unchanged",
};

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

async function carryOut(
  io: Io,
  session: Session,
  managedBy: string,
  changes: readonly Change[],
  results: Map<Change, Result>,
): Promise<void> {
  for (const change of changes) {
    try {
      await withProgress(io, `Connection ${change.name}`, () => carryOutOne(session, managedBy, change));
    } catch (error) {
      results.set(change, "failed");
      const rest = changes.filter((other) => !results.has(other)).map(({ name }) => name);
      if (rest.length > 0) io.stderr.write(`Not done after the failure: ${rest.join(", ")}.\n`);
      throw asFailureOf(change, error);
    }
    results.set(change, "done");
    io.stderr.write(`Connection "${change.name}" ${doneWords[change.action]}.\n`);
  }
}

async function carryOutOne({ client }: Session, managedBy: string, change: Change): Promise<void> {
  const { name, action, place, wanted } = change;
  const { createConnection, deleteConnection, rotateConnection } = await import(
    "../../client/connections.ts"
  );
  const { markConnection } = await import("../../client/plans.ts");
  // A creation expects nothing. A rotation says itself what it expects, but a new mark changes no version.
  if (action !== "create") await judgeUnchanged(client, change);
  if (action === "delete") {
    await deleteConnection(client, place, name);
    return;
  }
  if (wanted === undefined) throw new Error(`the plan has a connection to ${action} that the file has not`);
  switch (action) {
    case "create":
    case "replace": {
      const { comment } = wanted;
      const isReplacement = action === "replace";
      const body = await bodyOf(wanted, []);
      await createConnection(client, place, body, { managedBy, comment, isReplacement });
      return;
    }
    case "rotate": {
      const { uid, resource_version, removed_options } = change;
      const expected = uid === null || resource_version === null ? undefined : { uid, resource_version };
      await rotateConnection(client, place, await bodyOf(wanted, removed_options), { managedBy, expected });
      return;
    }
    case "adopt":
      await markConnection(client, place, name, managedBy);
      return;
    default:
      throw new CommandFailure("The server plans something that this version of the command does not know.", {
        hint: "Update `keymoor`.",
      });
  }
}

/** What was changed since it was compared is not overwritten, nor deleted when another file took it over. */
async function judgeUnchanged(client: Client, { name, place, ...compared }: Change): Promise<void> {
  const { describeConnection } = await import("../../client/connections.ts");
  const now = await describeConnection(client, place, name);
  const isSame =
    now.uid === compared.uid &&
    now.resource_version === compared.resource_version &&
    now.managed_by === compared.managed_by;
  if (isSame) return;
  throw new ClientError("answered", "Somebody changed it since it was compared.", {
    code: "resource_version_conflict",
  });
}

async function bodyOf(
  { name, type, endpoint, options, credential }: WantedConnection,
  removed: readonly string[],
) {
  const { requireConnectionType } = await import("../../connections/connection-type.ts");
  const { requireField } = await import("../../connections/accepted-options.ts");
  const { connectionBody } = await import("../../client/connections.ts");
  const facts = requireConnectionType(type);
  const values = {
    ...Object.fromEntries(removed.map((key) => [key, ""])),
    ...revealed(options),
    ...revealed(credential),
  };
  const data = Object.entries(values).map(([key, value]) => [requireField(facts, key).wire, value]);
  return connectionBody(name, type, endpoint, Object.fromEntries(data));
}

function asFailureOf({ name, action }: Change, error: unknown): unknown {
  if (!(error instanceof ClientError)) return error;
  const isConflict = error.details.code === "resource_version_conflict";
  return new ClientError(
    error.kind,
    `Connection "${name}" was not ${doneWords[action]}: ${error.message}`,
    isConflict
      ? { ...error.details, hint: "Apply the file again to see the difference as it is now." }
      : error.details,
  );
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
