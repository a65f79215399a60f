import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { PrincipalRecord } from "../storage/records.ts";
import { managesSomewhere } from "./control-act.ts";
import type { Services } from "./services.ts";

/** A user whom the caller may see; unknown and not visible are one answer (design 6). */
export async function findUser(services: Services, caller: Caller, id: string): Promise<PrincipalRecord> {
  const user = await services.store.read.principal(id);
  const isVisible = id === caller.principal || (await managesSomewhere(services, caller));
  if (user?.kind === "user" && isVisible) return user;
  throw new KeymoorError("principal_not_found", "There is no such user, or you may not see him.");
}
