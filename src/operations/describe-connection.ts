import { callerHolds } from "../access/caller.ts";
import { requireConnectionType } from "../connections/connection-type.ts";
import { KeymoorError } from "../errors.ts";
import type { ConnectionRecord, LastUse, UsageDay } from "../storage/records.ts";
import { type Act, scopeOf } from "./act.ts";
import { findConnection } from "./find-connection.ts";
import { openCredentialAsGiven } from "./open-credential.ts";
import type { Operation } from "./operation.ts";
import { type Verification, verificationOf } from "./switch-checks.ts";

export const describeConnection: Operation<{ readonly name: string }, ConnectionRecord> = {
  name: "connection.describe",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: (act, { name }) => findConnection(act, name),
};

export interface ExtendedDescription {
  readonly connection: ConnectionRecord;
  /** Identifying fields (user name, client id ...) by option key; undefined for those who may not rotate. */
  readonly identity: Readonly<Record<string, string>> | undefined;
  readonly lastUse: LastUse | undefined;
  readonly days: readonly UsageDay[];
  readonly verification: Verification;
}

/** Everything that may be shown of a connection. */
export const describeConnectionExtended: Operation<{ readonly name: string }, ExtendedDescription> = {
  name: "connection.describe",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const connection = await findConnection(act, name);
    const { last, days } = await act.services.store.read.usage(connection.uid, firstDay(act));
    return {
      connection,
      identity: await identityFor(act, connection),
      lastUse: last,
      days,
      verification: await verificationOf(act.services, connection.uid),
    };
  },
};

/** Use per day and caller over the last 30 days. */
export const connectionUsage: Operation<
  { readonly name: string },
  Pick<ExtendedDescription, "lastUse" | "days">
> = {
  name: "connection.usage",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => {
    const connection = await findConnection(act, name);
    const { last, days } = await act.services.store.read.usage(connection.uid, firstDay(act));
    return { lastUse: last, days };
  },
};

/** The first of the last 30 days, today included. */
export function firstDay(act: Act): string {
  const thirtyDaysMs = 29 * 24 * 3600 * 1000;
  return new Date(Date.parse(act.at) - thirtyDaysMs).toISOString().slice(0, 10);
}

/**
 * Values of fields that are neither secret nor public, as given: a reference is shown as the reference. Undefined for those
 * who may not rotate.
 */
export async function identityFor(
  act: Act,
  connection: ConnectionRecord,
): Promise<Readonly<Record<string, string>> | undefined> {
  if (!callerHolds(act.caller, "connection:manage", scopeOf(act))) return undefined;
  const type = requireConnectionType(connection.type);
  const fields = type.auth.find((method) => method.name === connection.authMethod)?.fields ?? {};
  const values = await openOrNothing(act, connection);
  if (values === undefined) return undefined;
  const identity: Record<string, string> = {};
  for (const [key, field] of Object.entries(fields)) {
    const value = values[key];
    if (value !== undefined && field.secret !== true && field.public !== true) identity[key] = value.reveal();
  }
  return identity;
}

/** A credential that does not open keeps nobody from seeing all else; using it says what is wrong. */
async function openOrNothing(act: Act, connection: ConnectionRecord) {
  try {
    return (await openCredentialAsGiven(act.services, connection)).values;
  } catch (error) {
    if (error instanceof KeymoorError) return undefined;
    throw error;
  }
}
