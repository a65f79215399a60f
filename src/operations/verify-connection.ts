import { KeymoorError } from "../errors.ts";
import type { CheckRecord } from "../storage/records.ts";
import { checkConnection } from "./check-connection.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";

export interface VerifyConnection {
  readonly name: string;
  /** Aborted when the caller is gone. */
  readonly signal?: AbortSignal;
}

// A rotation during the check makes it worthless; the next try checks the new credential.
const mostTries = 3;

/** Checks a connection now, whatever its schedule and switch say. */
export const verifyConnection: Operation<VerifyConnection, CheckRecord> = {
  name: "connection.verify",
  right: "connection:call",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name, signal }) => {
    // A use token is for programs that call; a check tells more than a call does.
    if (act.caller.via === "use_token") {
      throw new KeymoorError("user_unauthorized", "A use token can only call through its connections.", {
        hint: "Use an API key for this.",
      });
    }
    for (let tries = 1; ; tries += 1) {
      const connection = await findConnection(act, name);
      try {
        return await checkConnection(act, connection, "asked", signal);
      } catch (error) {
        const isRace = error instanceof KeymoorError && error.code === "resource_version_conflict";
        if (!isRace || tries === mostTries) throw error;
      }
    }
  },
};
