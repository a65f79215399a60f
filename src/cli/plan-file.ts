import type { Place } from "../client/place.ts";
import type { PlannedChange } from "../client/plans.ts";
import type { Session } from "./session.ts";
import { type ConnectionFile, revealed, type WantedConnection } from "./wanted-connections.ts";

/** One connection, what is to be done to it, and what the file has of it: nothing of what is to be deleted. */
export interface Change extends PlannedChange {
  readonly place: Place;
  readonly wanted: WantedConnection | undefined;
}

/** Asks the server what a file changes. `leftOver`: how many connections the file manages, does not have any more, and leaves alone without --prune. */
export async function planFile(
  { client, whoami, environment }: Session,
  file: ConnectionFile,
  managedBy: string,
  prune: boolean,
): Promise<{ readonly plan: readonly Change[]; readonly leftOver: number }> {
  const { planConnections } = await import("../client/plans.ts");
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
