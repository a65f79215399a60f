import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import type { Change } from "./plan-file.ts";
import { withProgress } from "./progress.ts";
import type { Session } from "./session.ts";
import { revealed, type WantedConnection } from "./wanted-connections.ts";

/** `not_needed`: nothing had to be done. `not_done`: a failure came first, or nobody let it be done. */
export type Result = "done" | "failed" | "not_done" | "not_needed";

export const doneWords: Readonly<Record<Change["action"], string>> = {
  create: "created",
  rotate: "rotated",
  replace: "replaced",
  adopt: "adopted",
  delete: "deleted",
  unchanged: "unchanged",
};

/** Does what was planned, one connection after the other, until one fails; `results` says how far it came. */
export async function carryOut(
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
  const { createConnection, deleteConnection, rotateConnection } = await import("../client/connections.ts");
  const { markConnection } = await import("../client/plans.ts");
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
  const { describeConnection } = await import("../client/connections.ts");
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
  const { requireConnectionType } = await import("../connections/connection-type.ts");
  const { requireField } = await import("../connections/accepted-options.ts");
  const { connectionBody } = await import("../client/connections.ts");
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
