import { KeymoorError } from "../errors.ts";
import type { CheckRecord, ConnectionRecord } from "../storage/records.ts";
import { hasOtherValue } from "./call-target.ts";
import { checkConnection } from "./check-connection.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Services } from "./services.ts";

export interface VerifyConnection {
  readonly name: string;
  /** Aborted when the caller is gone. A check that has begun is recorded all the same. */
  readonly signal?: AbortSignal;
}

// A rotation during the check makes it worthless; the next try checks the new credential.
const mostTries = 3;

/** What locks accounts is many wrong tries, whoever asks for them. */
const refusedAgainMs = 60_000;

/** Checks a connection now, whatever its schedule and switch say. */
export const verifyConnection: Operation<VerifyConnection, CheckRecord> = {
  name: "connection.verify",
  right: "connection:call",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name, signal }) => {
    // A check tells more than a call does.
    refuseUseToken(act.caller);
    const turn = { askedBy: act.caller.principal, signal };
    for (let tries = 1; ; tries += 1) {
      const connection = await findConnection(act, name);
      try {
        return await checkConnection(act, connection, "asked", turn, async () => {
          await judgeRefused(act.services, connection);
          return true;
        });
      } catch (error) {
        const isRace = error instanceof KeymoorError && error.code === "resource_version_conflict";
        if (!isRace || tries === mostTries) throw error;
      }
    }
  },
};

/** A credential that was refused is shown again once a minute at most, unless the value behind its reference is another. */
async function judgeRefused(services: Services, connection: ConnectionRecord): Promise<void> {
  const { uid, credentialVersion, name } = connection;
  const { read } = services.store;
  if ((await read.checkPlan(uid))?.refused !== true) return;
  const isSame = (check: CheckRecord) =>
    check.trigger === "asked" && check.credentialVersion === credentialVersion;
  const last = (await read.checks(uid)).find(isSame);
  if (last === undefined) return;
  const waitMs = Date.parse(last.at) + refusedAgainMs - services.now().getTime();
  if (waitMs <= 0 || waitMs > refusedAgainMs || (await hasOtherValue(services, connection))) return;
  const seconds = Math.ceil(waitMs / 1000);
  throw new KeymoorError(
    "too_many_checks",
    `The credential of connection "${name}" was refused, and was checked less than a minute ago.`,
    { hint: `Change it, or ask again in ${seconds} seconds.`, retryAfterSeconds: seconds },
  );
}
