import type { CheckPlanRecord } from "../storage/records.ts";
import { findConnection } from "./find-connection.ts";
import { holdsReference } from "./open-credential.ts";
import type { Operation } from "./operation.ts";
import type { Services } from "./services.ts";

/** Whether and when a connection is checked without being asked. */
export interface Verification {
  /** The connection's own switch. */
  readonly enabled: boolean;
  /** null: no check is planned. */
  readonly nextCheckAt: string | null;
}

export async function verificationOf(services: Services, uid: string): Promise<Verification> {
  return asVerification(services, await services.store.read.checkPlan(uid));
}

export const describeVerification: Operation<{ readonly name: string }, Verification> = {
  name: "connection.describe_verification",
  right: "connection:read",
  kind: "read",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name }) => verificationOf(act.services, (await findConnection(act, name)).uid),
};

/** Switches the checks of one connection on or off; asking for one works either way. */
export const switchChecks: Operation<{ readonly name: string; readonly enabled: boolean }, Verification> = {
  name: "connection.switch_checks",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, { name, enabled }) => {
    const { services, at } = act;
    const connection = await findConnection(act, name);
    const { uid } = connection;
    const plan = await services.store.read.checkPlan(uid);
    const resource = { kind: "connection", name } as const;
    if (plan?.enabled === enabled) {
      await services.store.write([act.audit(resource, "unchanged")]);
      return asVerification(services, plan);
    }
    const hasReference = enabled && (await holdsReference(services, connection));
    const step = { do: "switch_checks", uid, enabled, hasReference, at } as const;
    await services.store.write([step, act.audit(resource)]);
    services.nudge.checks();
    return await verificationOf(services, uid);
  },
};

function asVerification({ settings }: Services, plan: CheckPlanRecord | undefined): Verification {
  return {
    enabled: plan?.enabled ?? false,
    nextCheckAt: settings.verifies ? (plan?.dueAt ?? null) : null,
  };
}
