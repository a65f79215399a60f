import { type Check, listChecks } from "../client/checks.ts";
import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import { type ConnectionDescription, describeConnection } from "../client/connections.ts";
import type { Place } from "../client/place.ts";
import { CommandFailure } from "./command-failure.ts";
import { exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { printCheck } from "./print-check.ts";
import { withProgress } from "./progress.ts";

/**
 * Saves what the server checks itself and takes only when nothing is found to be wrong: one check, so that what was looked at
 * is what is saved. Its steps are shown as messages; of a check that failed nothing is stored, and the refusal says what it found.
 * Answers what is stored then.
 */
export async function saveChecked(
  io: Io,
  client: Client,
  place: Place,
  name: string,
  save: () => Promise<unknown>,
): Promise<ConnectionDescription> {
  try {
    await withProgress(io, `Checking ${name}`, save);
  } catch (error) {
    if (!(error instanceof ClientError) || error.details.code !== "verification_failed") throw error;
    throw new CommandFailure(error.message, { exitCode: exitCodes.notAccepted.code });
  }
  try {
    const saved = await describeConnection(client, place, name);
    await showCheck(io, client, place, saved);
    return saved;
  } catch (error) {
    io.stderr.write(`Connection "${name}" was saved; what is stored now cannot be shown.\n`);
    throw error;
  }
}

/** Other checks of it may have been made since. A failure to read it takes nothing back. */
async function showCheck(
  io: Io,
  client: Client,
  place: Place,
  { name, credential_version }: ConnectionDescription,
): Promise<void> {
  let checks: readonly Check[];
  try {
    checks = await listChecks(client, place, name);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    io.stderr.write(`Connection "${name}" was saved; its check cannot be shown. ${error.message}\n`);
    return;
  }
  const check = checks.find(
    (made) => made.trigger === "before_saving" && made.credential_version === credential_version,
  );
  if (check !== undefined) printCheck(io, io.stderr, check);
}
