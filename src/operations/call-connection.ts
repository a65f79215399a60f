import type { Readable } from "node:stream";
import { requireConnectionType } from "../connections/connection-type.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Act } from "./act.ts";
import { openCallTarget } from "./call-target.ts";
import { findConnection } from "./find-connection.ts";
import { noteChangedReference } from "./note-changed-reference.ts";
import type { Operation } from "./operation.ts";
import { holdsUseToken } from "./use-token-text.ts";

export interface CallConnection {
  readonly name: string;
  readonly method: string;
  /** What follows the connection's name in the path, undecoded: empty, or from its slash on. */
  readonly morePath: string;
  /** Query without `?`, undecoded. */
  readonly query: string;
  /** Header names and values in turn, as received. */
  readonly rawHeaders: readonly string[];
  readonly body: Readable | undefined;
  /** Aborted when the caller is gone. */
  readonly signal: AbortSignal;
}

export interface ConnectionAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Readable;
}

/** Sends a request to a connection's service with its credential put on, and streams the answer back (design 9). */
export const callConnection: Operation<CallConnection, ConnectionAnswer> = {
  name: "connection.call",
  right: "connection:call",
  kind: "call",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, input) => {
    const { services, caller } = act;
    // The same answer for a connection outside the token as for none at all.
    if (caller.connections !== undefined && !caller.connections.includes(input.name)) {
      throw new KeymoorError("user_unauthorized", "The use token is not bound to a connection of this name.");
    }
    const connection = await findConnection(act, input.name);
    const type = requireConnectionType(connection.type);
    judgeHeader(act, type.clientKeyHeader);
    judgeCallable(connection);
    const { target, referenceChanged } = await openCallTarget(services, connection);
    if (referenceChanged) await noteChangedReference(act, connection);
    const resource = { kind: "connection", name: connection.name } as const;
    let isAnswering = false;
    try {
      const answer = await services.egress.call(target, {
        method: input.method,
        morePath: input.morePath,
        query: input.query,
        rawHeaders: input.rawHeaders,
        body: input.body,
        signal: input.signal,
        dropHeaders: [caller.shownIn, ...headersWithUseToken(input.rawHeaders)],
        // Before the answer was handed over the call fails, and its failure is the event.
        onWithheld: () => {
          if (!isAnswering) return;
          const event = act.event(resource, "failed", "upstream_echoed_secret");
          services.store.note({ note: "event", event });
        },
      });
      isAnswering = true;
      services.metrics.callDone(type.name, "service", answer.status);
      services.store.note({ note: "event", event: act.event(resource) });
      return answer;
    } catch (error) {
      services.metrics.callDone(type.name, "keymoor", asKeymoorError(error).status);
      throw error;
    } finally {
      services.store.note({
        note: "use",
        uid: connection.uid,
        at: act.at,
        principal: caller.principal,
        useTokenId: caller.via === "use_token" ? caller.credential : null,
      });
    }
  },
};

/** Clients may send the token in two headers; in neither may it reach the service. Names in lower case. */
function headersWithUseToken(rawHeaders: readonly string[]): string[] {
  const names: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    if (holdsUseToken(rawHeaders[at + 1] ?? "")) names.push((rawHeaders[at] ?? "").toLowerCase());
  }
  return names;
}

function judgeHeader(act: Act, clientKeyHeader: string | undefined): void {
  const { shownIn, via } = act.caller;
  // Nothing else is looked for in other headers; a session's cookie is no matter of the type.
  if (via !== "use_token" || shownIn === "authorization" || shownIn === clientKeyHeader) return;
  throw new KeymoorError(
    "user_unauthenticated",
    "Clients of this type do not send their key in the header that carried the use token.",
    {
      hint: `Send it as Authorization: Bearer${clientKeyHeader === undefined ? "" : ` or in ${clientKeyHeader}`}.`,
    },
  );
}

function judgeCallable(connection: ConnectionRecord): void {
  const type = requireConnectionType(connection.type);
  const because = type.call.kind === "none" ? type.call.because : type.refuseCall?.(connection.options);
  if (because === undefined) return;
  throw new KeymoorError(
    "call_not_possible",
    `Connection "${connection.name}" cannot be called through. ${because}`,
  );
}
