import { checkUnsaved } from "../client/checks.ts";
import type { Client } from "../client/client.ts";
import type { ConnectionBody } from "../client/connections.ts";
import type { Place } from "../client/place.ts";
import type { Io } from "./io.ts";
import { checkFailure, isHealthy, printCheck } from "./print-check.ts";
import { withProgress } from "./progress.ts";

/** Checks what is about to be saved and shows the steps as messages; a failure says that nothing was saved. */
export async function judgeUnsaved(
  io: Io,
  client: Client,
  place: Place,
  body: ConnectionBody,
): Promise<void> {
  const check = await withProgress(io, `Checking ${body.name}`, () => checkUnsaved(client, place, body));
  printCheck(io, io.stderr, check);
  if (!isHealthy(check)) throw checkFailure(body.name, check, "Nothing was saved.");
}
