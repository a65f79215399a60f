import { listChecks } from "../client/checks.ts";
import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import type { Place } from "../client/place.ts";
import { CommandFailure } from "./command-failure.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { printCheck } from "./print-check.ts";
import { withProgress } from "./progress.ts";

/**
 * Saves what the server checks itself and takes only when nothing is found to be wrong: one check, so that what was looked at
 * is what is saved. Its steps are shown as messages; of a check that failed nothing is stored, and the refusal says what it found.
 */
export async function saveChecked(
  io: Io,
  client: Client,
  place: Place,
  name: string,
  save: () => Promise<unknown>,
): Promise<void> {
  try {
    await withProgress(io, `Checking ${name}`, save);
  } catch (error) {
    if (!(error instanceof ClientError) || error.details.code !== "verification_failed") throw error;
    throw new CommandFailure(error.message, { exitCode: exitCodes.notAccepted.code });
  }
  const [check] = await listChecks(client, place, name);
  if (check !== undefined) printCheck(io, io.stderr, check);
}
