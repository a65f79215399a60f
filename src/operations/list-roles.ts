import type { Caller } from "../access/caller.ts";
import { roles, roleTable } from "../access/rights.ts";
import { countedRead } from "./counted-read.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** The roles there are, each with what it may be bound to and the rights that it gives. They are no secret. */
export function listRoles(services: Services, caller: Caller, origin: Origin) {
  return countedRead(services, caller, origin, "role.list", async () => {
    refuseUseToken(caller);
    return roles.map((name) => ({ name, ...roleTable[name] }));
  });
}
