import { type Caller, callerHolds } from "../access/caller.ts";
import { asKeymoorError, KeymoorError } from "../errors.ts";
import { auditEvent } from "./audit-event.ts";
import type { RotatedMasterKey } from "./master-key-rotation.ts";
import { serverPrincipal } from "./server-principal.ts";
import type { Origin, Services } from "./services.ts";

const action = "master_key.rotate";
const resourceKind = "master_key";

/** Exchanges the master key of the server. Not an `Operation`, because it belongs to no environment. */
export async function rotateMasterKey(
  services: Services,
  caller: Caller,
  origin: Origin,
): Promise<RotatedMasterKey> {
  const organizationId = await services.access.organizationId();
  const { principal, credential } = caller;
  const facts = { action, principal, credential, organizationId, resourceKind };
  try {
    judgeRight(caller, organizationId);
    return await services.masterKeyRotation.rotate((keyId) => ({
      do: "append_audit",
      event: auditEvent(services, origin, { ...facts, outcome: "done", resourceName: keyId }),
    }));
  } catch (error) {
    const { code, status } = asKeymoorError(error);
    const outcome = status < 500 ? "refused" : "failed";
    services.store.note({
      note: "counted_event",
      event: auditEvent(services, origin, { ...facts, outcome, code }),
    });
    throw error;
  }
}

/** At the start of the server: goes on with a rotation that was interrupted, or that settings ask for. */
export async function resumeRotation(services: Services): Promise<void> {
  await services.masterKeyRotation.resume(async (keyId) => ({
    do: "append_audit",
    event: {
      ...auditEvent(services, { address: "", requestId: "" }, { action, outcome: "done" }),
      address: null,
      requestId: null,
      principal: serverPrincipal,
      organizationId: await services.access.organizationId(),
      resourceKind,
      resourceName: keyId,
    },
  }));
}

function judgeRight(caller: Caller, organizationId: string | null): void {
  if (organizationId === null) throw new Error("a server always has an organization");
  if (callerHolds(caller, "server:manage", { organizationId, environmentId: null })) return;
  throw new KeymoorError("user_unauthorized", "Rotating the master key is not allowed for you.", {
    hint: "It takes OrganizationAdmin and a Cloud API key.",
  });
}
