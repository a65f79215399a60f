import { ClientError } from "../../../src/client/client-error.ts";
import type { Services } from "../services.ts";
import { readSession } from "./session.ts";

/** Asks the server once whether the browser's cookie still stands for somebody. Fails when it does not answer. */
export async function loadSession({ client, session }: Services): Promise<void> {
  if (session.get().status !== "unknown") return;
  try {
    session.set({ status: "signed_in", session: await readSession(client) });
  } catch (error) {
    if (!(error instanceof ClientError) || error.details.status !== 401) throw error;
    session.set({ status: "signed_out", because: "never_signed_in" });
  }
}
