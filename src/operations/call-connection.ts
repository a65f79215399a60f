import type { Readable } from "node:stream";
import { requireConnectionType } from "../connections/connection-type.ts";
import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Act } from "./act.ts";
import { findConnection } from "./find-connection.ts";
import { openCredential, openCredentialAsGiven } from "./open-credential.ts";
import type { Operation } from "./operation.ts";
import { nextCredentialVersion, sealCredential } from "./seal-credential.ts";
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
    const method = type.auth.find(({ name }) => name === connection.authMethod);
    if (method === undefined)
      throw new Error(`stored auth method ${connection.authMethod} is not one of ${type.name}`);
    const opened = await openCredential(services, connection);
    if (opened.referenceChanged) await noteChangedReference(act, connection);
    const resource = { kind: "connection", name: connection.name } as const;
    try {
      const answer = await services.egress.call(
        {
          type,
          endpoint: connection.endpoint,
          options: connection.options,
          method,
          credential: opened.credential,
          cacheKey: `${connection.uid}/${connection.credentialVersion}`,
          region: connection.region,
        },
        {
          method: input.method,
          morePath: input.morePath,
          query: input.query,
          rawHeaders: input.rawHeaders,
          body: input.body,
          signal: input.signal,
          dropHeaders: [caller.shownIn, ...headersWithUseToken(input.rawHeaders)],
          onWithheld: () =>
            services.store.note({
              note: "event",
              event: act.event(resource, "failed", "upstream_echoed_secret"),
            }),
        },
      );
      services.store.note({ note: "event", event: act.event(resource) });
      return answer;
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
  const { shownIn } = act.caller;
  if (shownIn === "authorization" || shownIn === clientKeyHeader) return;
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

/** A value that a reference leads to has changed: a new version with the same reference shows it (design 7). */
async function noteChangedReference(act: Act, connection: ConnectionRecord): Promise<void> {
  const { services } = act;
  try {
    const version = await nextCredentialVersion(services, connection);
    const given = await openCredentialAsGiven(services, connection);
    await services.store.write([
      {
        do: "rotate_connection",
        uid: connection.uid,
        expectedResourceVersion: connection.resourceVersion,
        credential: {
          connectionUid: connection.uid,
          version,
          authMethod: connection.authMethod,
          options: connection.options,
          sealed: await sealCredential(services, given, connection, version),
          createdAt: act.at,
          createdBy: act.caller.principal,
        },
        updatedAt: act.at,
        updatedBy: act.caller.principal,
        keepVersions: services.settings.keepVersions,
      },
      {
        do: "append_audit",
        event: {
          ...act.event({ kind: "connection", name: connection.name }),
          action: "connection.reference_changed",
        },
      },
    ]);
  } catch (error) {
    // Another call saw the same change first and wrote it.
    if (!(error instanceof KeymoorError) || error.code !== "resource_version_conflict") throw error;
  }
}
