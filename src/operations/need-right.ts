import { type Caller, callerHolds } from "../access/caller.ts";
import { type Right, rolesWith, type Scope } from "../access/rights.ts";
import { KeymoorError } from "../errors.ts";

/** Refuses a change of the control plane to whoever lacks the right there. `what` begins the sentence: "Creating an environment". */
export function needRight(caller: Caller, right: Right, scope: Scope, what: string): void {
  if (callerHolds(caller, right, scope)) return;
  throw new KeymoorError("user_unauthorized", `${what} is not allowed for you.`, {
    hint:
      scope.environmentId === null
        ? "It takes OrganizationAdmin."
        : `It takes one of the roles ${rolesWith(right).join(", ")} there.`,
  });
}

/** The same for what stands above all environments. */
export function needOrganizationAdmin(caller: Caller, organizationId: string, what: string): void {
  needRight(caller, "access:manage", { organizationId, environmentId: null }, what);
}
