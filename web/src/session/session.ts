import type { Client } from "../../../src/client/client.ts";
import type { ConsoleSession } from "../../../src/client/console-session.ts";
import type { Store } from "../store.ts";

/** Its `csrf_token` goes on every change, in the header `Keymoor-Csrf`. The cookie itself is out of the reach of scripts. */
export type Session = ConsoleSession;

export type SessionState =
  | { readonly status: "unknown" }
  | { readonly status: "signed_in"; readonly session: Session }
  /** `expired`: the server knows the session no more, though nobody signed out here. */
  | { readonly status: "signed_out"; readonly because: "never_signed_in" | "expired" | "left" };

export type SessionStore = Store<SessionState>;

const path = "/keymoor/v1/session";

export function readSession(client: Client): Promise<Session> {
  return client.request({ path });
}

export function signIn(client: Client, email: string, password: string): Promise<Session> {
  return client.request({ method: "POST", path, body: { email, password } });
}

/** By the one-time link that the first start or an administrator made. */
export function signInByLink(client: Client, token: string): Promise<Session> {
  return client.request({ method: "POST", path: `${path}/link`, body: { token } });
}

export function acceptInvitation(
  client: Client,
  invitation: { readonly token: string; readonly password: string; readonly name?: string },
): Promise<Session> {
  return client.request({ method: "POST", path: "/keymoor/v1/invitations/accept", body: invitation });
}

/** Everywhere: all sessions of this user, on whatever machine. */
export function signOut(client: Client, isEverywhere: boolean): Promise<void> {
  return client.request({ method: "DELETE", path, query: { everywhere: isEverywhere || undefined } });
}
