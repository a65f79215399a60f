import { Command } from "commander";
import { ClientError } from "../../client/client-error.ts";
import type { Place } from "../../client/place.ts";
import type { PlannedChange } from "../../client/plans.ts";
import { CommandFailure } from "../command-failure.ts";
import { confirm } from "../confirm.ts";
import type { Io } from "../io.ts";
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

interface Flags {
  readonly file: string;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
  readonly replace?: boolean;
  readonly managedBy?: string;
  readonly yes?: boolean;
  readonly profile?: string;
  readonly output: OutputFormat;
}

/** `keymoor apply`: makes connections what a file says, over the same operations as everything else. */
export function applyCommand(io: Io): Command {
  const command = new Command("apply")
    .description(
      "Create, rotate and delete connections so that they are as a file says; shows the difference first.",
    )
    .requiredOption("-f, --file <path>", "YAML file of the seed's form, as `keymoor export` writes it.")
    .option("--dry-run", "Only show the difference.")
    .option("--prune", "Delete what this file manages and does not have any more.")
    .option("--replace", "Drop and create anew what differs in its type, endpoint or comment.")
    .option("--managed-by <name>", "Name that connections are marked with. Default: the file's own.")
    .option("--yes", "Do not ask.")
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)")
    .action((flags: Flags) => apply(io, flags));
  return addOutputOption(command);
}

/** One connection, what is to be done to it, and what the file has of it: nothing of what is to be deleted. */
interface Change extends PlannedChange {
  readonly place: Place;
  readonly wanted: WantedConnection | undefined;
}

/** `not_needed`: nothing had to be done. `not_done`: a failure came first, or nobody let it be done. */
type Result = "done" | "failed" | "not_done" | "not_needed";

async function apply(io: Io, flags: Flags): Promise<void> {
  const managedBy = markOf(flags.file, flags.managedBy);
  const file = await readConnectionFile(io, flags.file);
  if (file.ignored.length > 0) {
    io.stderr.write(`Not applied, because only a server's start reads it: ${file.ignored.join(", ")}.\n`);
  }
  const session = await openSession(io, flags);
  const plan = await withProgress(io, "Comparing", () =>
    planFile(session, file, managedBy, flags.prune === true),
  );
  const changes = plan.filter(({ action }) => action !== "unchanged");
  const results = new Map<Change, Result>();
  const isHuman = flags.output === "human";
  if (isHuman && changes.length > 0) await print(io, "human", changes, results);
  io.stderr.write(`${summary(plan)}\n`);
  try {
    if (flags.dryRun === true || changes.length === 0) return;
    judgeReplacements(flags, changes);
    if (await mayGoOn(io, flags)) await carryOut(io, session, managedBy, changes, results);
  } finally {
    if (!isHuman) await print(io, flags.output, plan, results);
  }
}

async function planFile(
  { client, whoami }: Session,
  file: ConnectionFile,
  managedBy: string,
  prune: boolean,
): Promise<readonly Change[]> {
  const { planConnections } = await import("../../client/plans.ts");
  const organizationId = (await whoami()).organization.id;
  const changes: Change[] = [];
  for (const environmentId of file.environmentIds) {
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
            prune && {
              prune,
              also_kept: parts
                .slice(0, -1)
                .flat()
                .map(({ name, cloud, region }) => ({ name, cloud, region })),
            }),
        },
      );
      for (const [at, change] of planned.entries()) {
        const cloud = change.cloud.toLowerCase();
        const place = { organizationId, environmentId, cloud, region: change.region };
        changes.push({ ...change, cloud, place, wanted: part[at] });
      }
    }
  }
  return changes;
}

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

const doneWords: Readonly<Record<string, string>> = {
  create: "created",
  rotate: "rotated",
  replace: "replaced",
  adopt: "adopted",
  delete: "deleted",
};

/** `2 to create, 1 to delete, 7 unchanged.` */
function summary(plan: readonly Change[]): string {
  const counts = [...Object.keys(doneWords), "unchanged"].map((action) => ({
    action,
    count: plan.filter((change) => change.action === action).length,
  }));
  const parts = counts
    .filter(({ count }) => count > 0)
    .map(({ action, count }) => (action === "unchanged" ? `${count} unchanged` : `${count} to ${action}`));
  return parts.length === 0 ? "The file has no connections." : `${parts.join(", ")}.`;
}

function judgeReplacements({ replace }: Flags, changes: readonly Change[]): void {
  const replaced = changes.filter(({ action }) => action === "replace").map(({ name }) => `"${name}"`);
  if (replace === true || replaced.length === 0) return;
  throw new CommandFailure(
    `What differs cannot be changed in place: ${replaced.join(", ")}. Nothing was done.`,
    {
      hint: "With --replace each is dropped and created anew, with the earlier versions of its credential gone.",
    },
  );
}

async function mayGoOn(io: Io, { yes }: Flags): Promise<boolean> {
  if (yes === true) return true;
  if (io.stdin.isTTY === true) return await confirm(io, "Apply this?");
  throw new UsageError("Nobody is there to ask.", {
    hint: "Give --yes to apply without a question, or --dry-run to see the difference only.",
  });
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
    case "rotate":
      await rotateConnection(client, place, await bodyOf(wanted, change.removed_options), { managedBy });
      return;
    case "adopt":
      await markConnection(client, place, name, managedBy);
      return;
    default:
      throw new CommandFailure("The server plans something that this version of the command does not know.", {
        hint: "Update `keymoor`.",
      });
  }
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
  return new ClientError(
    error.kind,
    `Connection "${name}" was not ${doneWords[action]}: ${error.message}`,
    error.details,
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
