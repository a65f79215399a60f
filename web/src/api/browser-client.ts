import { type Client, jsonClient, type WireRequest } from "../../../src/client/client.ts";
import { ClientError } from "../../../src/client/client-error.ts";
import type { SessionStore } from "../session/session.ts";
import type { Store } from "../store.ts";
import type { ServerState } from "./server-state.ts";

const sessionPath = "/keymoor/v1/session";

/**
 * The client of `src/client` over fetch. The browser adds the session's cookie, and this the token that no other site knows
 * (RFC 6265bis 8.8.2: SameSite alone does not end forgery).
 */
export function createBrowserClient(session: SessionStore, server: Store<ServerState>): Client {
  const send = async (request: WireRequest): Promise<Response> => {
    const timeout = AbortSignal.timeout(request.timeoutMs ?? 60_000);
    try {
      const answer = await fetch(request.path, {
        method: request.method,
        headers: { ...request.headers, ...csrfHeader(session) },
        body: request.body ?? null,
        signal: request.signal === undefined ? timeout : AbortSignal.any([request.signal, timeout]),
        credentials: "same-origin",
        cache: "no-store",
        redirect: "error",
      });
      server.set("answers");
      return answer;
    } catch (error) {
      if (request.signal?.aborted === true) throw error;
      if (timeout.aborted) throw new ClientError("unreachable", "The server did not answer in time.");
      server.set("unreachable");
      throw new ClientError("unreachable", "The server does not answer.");
    }
  };
  return jsonClient(window.location.origin, async (request) => {
    const answer = await send(request);
    const text = await answer.text();
    if (answer.status === 401 && !request.path.startsWith(sessionPath)) await judgeSession();
    return { status: answer.status, text };
  });

  /** A 401 can be about a password in the body, too. The session has ended if it is not answered itself. */
  async function judgeSession(): Promise<void> {
    if (session.get().status !== "signed_in") return;
    const { status } = await send({ method: "GET", path: sessionPath, headers: {} });
    if (status === 401) session.set({ status: "signed_out", because: "expired" });
  }
}

function csrfHeader(session: SessionStore): Readonly<Record<string, string>> {
  const state = session.get();
  return state.status === "signed_in" ? { "keymoor-csrf": state.session.csrf_token } : {};
}
