import { rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { judgeListenHost } from "../config/judge-config.ts";
import type { Config } from "../config/settings.ts";
import { KeymoorError } from "../errors.ts";
import { applySeed } from "../operations/apply-seed.ts";
import { firstStart } from "../operations/first-start.ts";
import { makeLink } from "../operations/one-time-link.ts";
import { readSeedFile, type Seed } from "../operations/seed-file.ts";
import { serverPrincipal } from "../operations/server-principal.ts";
import type { Services } from "../operations/services.ts";
import { reasonOf } from "../reason-of.ts";
import { firstStartText } from "./first-start-text.ts";
import { parseListener } from "./listen.ts";

/** Where the one-time block of the first start is shown. */
export interface Show {
  readonly isTerminal: boolean;
  readonly write: (text: string) => void;
}

/**
 * The first start on an empty database, and the seed file at every start. Runs when the port is bound already, so that a start
 * that fails on a busy port has made no secrets that nobody saw.
 */
export async function fillDatabase(services: Services, config: Config, show: Show): Promise<void> {
  const label = `Seed file ${config.seed ?? ""}`;
  const given = config.seed === undefined ? {} : readSeedFile(config.seed);
  judgeListeners(config, given, label);
  const isEmpty = (await services.store.read.organizations()).length === 0;
  if (!isEmpty && config.seed === undefined) return;

  const { seed, admin } = isEmpty ? firstStart(given) : { seed: given, admin: undefined };
  const { publicUrl } = services.settings;
  const signIn = admin && makeLink(services, "sign_in", admin.userId, serverPrincipal);
  const showing =
    admin && signIn && showOnce(firstStartText(admin, publicUrl, signIn.link), config.data, show);
  let isWritten = false;
  try {
    await applySeed(services, seed, {
      label,
      folder: config.seed === undefined ? config.data : dirname(config.seed),
      env: process.env,
      ...(signIn && { alongside: [{ do: "insert_one_time_link", record: signIn.record }] }),
      beforeWrite: () => showing?.prepare(),
      afterWrite: () => {
        isWritten = true;
        showing?.show();
      },
    });
  } catch (error) {
    if (!isWritten) showing?.undo();
    throw error;
  }
}

/** A region that could not be listened to would fail every start from then on, so it is judged before it is stored. */
function judgeListeners(config: Config, seed: Seed, label: string): void {
  for (const [index, { listen }] of (seed.regions ?? []).entries()) {
    if (listen === undefined) continue;
    const at = `${label}, regions[${index}].listen`;
    const { host, port } = parseListener(listen);
    if (port > 65535) throw new KeymoorError("cannot_start", `${at}: the port must be at most 65535.`);
    judgeListenHost(config, host, at);
  }
}

interface Showing {
  readonly prepare: () => void;
  readonly show: () => void;
  readonly undo: () => void;
}

/** On a terminal the block is printed; elsewhere, where output ends in logs, it goes to a file that only its owner reads. */
function showOnce(text: string, folder: string, { isTerminal, write }: Show): Showing {
  if (isTerminal) return { prepare: () => {}, show: () => write(`${text}\n`), undo: () => {} };
  const path = join(folder, "first-start.txt");
  return {
    // Before the keys are stored: a crash in between leaves a file too many, never a server that nobody can enter.
    prepare: () => writePrivate(path, text),
    show: () => write(`First start: user, password and keys are in ${path}. Read it, then delete it.\n`),
    undo: () => rmSync(path, { force: true }),
  };
}

function writePrivate(path: string, text: string): void {
  try {
    rmSync(path, { force: true });
    writeFileSync(path, text, { mode: 0o600, flag: "wx" });
  } catch (cause) {
    throw new KeymoorError("cannot_start", `${path} cannot be written (${reasonOf(cause)}).`, { cause });
  }
}
