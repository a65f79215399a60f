import type { RoleBindingRecord } from "../storage/records.ts";
import type { Step } from "../storage/store.ts";

/** Judged where it is written, so that two who take each other's way in at one time do not both succeed. */
export const administratorRemains: Step = { do: "require_administrator", role: "OrganizationAdmin" };

/** The same for what goes with one who holds `bindings`: nothing, unless he is an administrator himself. */
export function administratorRemainsWithout(
  bindings: readonly Pick<RoleBindingRecord, "role">[],
): readonly Step[] {
  return bindings.some(({ role }) => role === "OrganizationAdmin") ? [administratorRemains] : [];
}
