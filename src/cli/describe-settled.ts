import type { Client } from "../client/client.ts";
import { type ConnectionDescription, describeConnection } from "../client/connections.ts";
import type { Place } from "../client/place.ts";
import type { Io } from "./io.ts";
import { withProgress } from "./progress.ts";

const longestWaitMs = 3_000;
const pauseMs = 150;

/**
 * What a connection is after a change. The server checks it on its own: people see what that finds if it takes no longer than
 * three seconds, and otherwise, as scripts do, are told where to look.
 */
export async function describeSettled(
  io: Io,
  client: Client,
  place: Place,
  name: string,
): Promise<ConnectionDescription> {
  const read = () => describeConnection(client, place, name);
  let described = await read();
  if (!isAwaited(described)) return described;
  if (io.stderr.isTTY === true) {
    const endMs = performance.now() + longestWaitMs;
    described = await withProgress(io, `Checking ${name}`, async () => {
      let latest = described;
      while (isAwaited(latest) && performance.now() < endMs) {
        await new Promise((resolve) => setTimeout(resolve, pauseMs));
        latest = await read();
      }
      return latest;
    });
    if (!isAwaited(described)) return described;
  }
  io.stderr.write(`Connection "${name}" is being checked; see \`keymoor connection checks ${name}\`.\n`);
  return described;
}

/** No check was made of this credential yet, and one is due. */
function isAwaited({ status, verification }: ConnectionDescription): boolean {
  return status.phase === "PENDING" && verification.next_check_at !== null;
}
