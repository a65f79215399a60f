import { callerHolds } from "../access/caller.ts";
import { judgeConnectionName } from "../connections/connection-name.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { UseTokenRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import { type Act, scopeOf } from "./act.ts";
import { findConnection } from "./find-connection.ts";
import type { Operation } from "./operation.ts";
import { makeUseToken } from "./use-token-text.ts";

export interface CreateUseToken {
  readonly name: string;
  readonly connections: readonly string[];
  readonly expiresInSeconds: number;
}

export interface CreatedUseToken {
  readonly record: UseTokenRecord;
  /** Shown once; only its hash is kept. */
  readonly token: Secret;
}

export const longestUseTokenSeconds = 366 * 24 * 3600;
const mostConnections = 100;

/**
 * A token bound to named connections of one environment and region. Whoever may call may make one, since it lets through
 * no more than its maker may do himself, for as long as he may.
 */
export const createUseToken: Operation<CreateUseToken, CreatedUseToken> = {
  name: "use_token.create",
  right: "connection:call",
  kind: "change",
  about: () => undefined,
  run: async (act, input) => {
    refuseUseToken(act);
    const connections = [...new Set(input.connections)].sort();
    if (connections.length === 0 || connections.length > mostConnections) {
      throw new KeymoorError(
        "invalid_request",
        `A use token is bound to 1 to ${mostConnections} connections.`,
        {
          pointer: "/connections",
        },
      );
    }
    if (input.expiresInSeconds < 1 || input.expiresInSeconds > longestUseTokenSeconds) {
      throw new KeymoorError("invalid_request", "A use token lives from 1 second to 366 days.", {
        pointer: "/expires_in_seconds",
      });
    }
    for (const name of connections) {
      judgeConnectionName(name);
      await findConnection(act, name);
    }
    const { id, secret, text } = makeUseToken();
    const record: UseTokenRecord = {
      ...act.place,
      id,
      mac: act.services.vault.mac("use_token", secret.reveal()),
      name: input.name,
      connections,
      createdAt: act.at,
      createdBy: act.caller.principal,
      expiresAt: new Date(Date.parse(act.at) + input.expiresInSeconds * 1000).toISOString(),
      revokedAt: null,
      lastUsedAt: null,
    };
    await act.services.store.write([
      { do: "require_environment", id: record.environmentId },
      { do: "insert_use_token", record },
      act.audit({ kind: "use_token", name: id }),
    ]);
    act.services.access.clear();
    return { record, token: text };
  },
};

/** Use tokens of the environment: one's own, or everyone's for those who manage access. */
export const listUseTokens: Operation<
  { readonly after: string | undefined; readonly limit: number },
  Page<UseTokenRecord>
> = {
  name: "use_token.list",
  right: "connection:call",
  kind: "read",
  about: () => undefined,
  run: (act, { after, limit }) => {
    refuseUseToken(act);
    return act.services.store.read.useTokens({
      environmentId: act.place.environmentId,
      limit,
      ...(after === undefined ? {} : { after }),
      ...(managesAccess(act) ? {} : { createdBy: act.caller.principal }),
    });
  },
};

/** Revokes one's own token, or anyone's for those who manage access; it holds from the next call on. */
export const revokeUseToken: Operation<{ readonly id: string }, UseTokenRecord> = {
  name: "use_token.revoke",
  right: "connection:call",
  kind: "change",
  about: ({ id }) => ({ kind: "use_token", name: id }),
  run: async (act, { id }) => {
    refuseUseToken(act);
    const token = await act.services.store.read.useToken(id);
    const isVisible =
      token !== undefined &&
      token.environmentId === act.place.environmentId &&
      (token.createdBy === act.caller.principal || managesAccess(act));
    if (!isVisible)
      throw new KeymoorError(
        "use_token_not_found",
        "There is no such use token of yours in this environment.",
      );
    await act.services.store.write([
      { do: "revoke_use_token", environmentId: token.environmentId, id, at: act.at },
      act.audit({ kind: "use_token", name: id }),
    ]);
    act.services.access.clear();
    return { ...token, revokedAt: token.revokedAt ?? act.at };
  },
};

function managesAccess(act: Act): boolean {
  return callerHolds(act.caller, "access:manage", scopeOf(act));
}

/** A token must not be able to prolong itself. */
function refuseUseToken(act: Act): void {
  if (act.caller.via !== "use_token") return;
  throw new KeymoorError("user_unauthorized", "A use token can only call through its connections.", {
    hint: "Use an API key for this.",
  });
}
