import type { Caller } from "../access/caller.ts";
import type { Step } from "../storage/store.ts";
import { changeControl } from "./control-act.ts";
import { needRight } from "./need-right.ts";
import type { Origin, Services } from "./services.ts";

/** Forgets everything in the transaction of `alongside` and applies the seed anew, while requests wait. */
export type Reset = (alongside: Step) => Promise<void>;

/** Brings a server for tests back to its seed. Its audit trail goes on. */
export async function resetServer(
  services: Services,
  caller: Caller,
  origin: Origin,
  reset: Reset,
): Promise<void> {
  await changeControl(services, caller, origin, "server.reset", async (act) => {
    const { organizationId } = act;
    needRight(caller, "server:manage", { organizationId, environmentId: null }, "Resetting the server");
    await reset(act.audit({ kind: "server", id: organizationId }));
  });
}
