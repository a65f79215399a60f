import type { Caller } from "../access/caller.ts";
import { mayGrant } from "../access/may-grant.ts";
import type { BindingScope } from "../access/rights.ts";
import { KeymoorError } from "../errors.ts";
import type { RoleBindingRecord } from "../storage/records.ts";
import type { Page, RoleBindingFilter } from "../storage/store.ts";
import { administratorRemainsWithout } from "./administrator-remains.ts";
import { type ControlAct, changeControl, organizationOf, visibleTo } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { environmentRemains } from "./environment-remains.ts";
import { judgeBinding, type NewRoleBinding } from "./judge-binding.ts";
import type { PageRequest } from "./page-within.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

export interface ListRoleBindings extends PageRequest {
  readonly principalId: string | undefined;
  readonly role: string | undefined;
  /** Only those bound exactly there; `andBelow`: or to a part of it. `none`: to something that this server does not have. */
  readonly scope: (BindingScope & { readonly andBelow: boolean }) | "none" | undefined;
}

/** Those where the caller manages access, and his own. */
export function listRoleBindings(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => ListRoleBindings,
): Promise<Page<RoleBindingRecord>> {
  return countedRead(services, caller, origin, "role_binding.list", async () => {
    refuseUseToken(caller);
    const { principalId, role, scope, after, limit } = input();
    const organizationId = await organizationOf(services);
    if (scope === "none" || (scope !== undefined && scope.organizationId !== organizationId)) return noPage;
    const visible = visibleTo(caller, organizationId);
    const filter: RoleBindingFilter = {
      ...(principalId !== undefined && { principalId }),
      ...(role !== undefined && { role }),
      ...(scope !== undefined && scope.environmentId !== null && { environmentId: scope.environmentId }),
      ...(visible !== undefined && { visible }),
    };
    if (scope === undefined) return await services.store.read.roleBindingPage(filter, after, limit);
    return await pageBoundWithin(services, filter, scope, { after, limit });
  });
}

export function describeRoleBinding(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<RoleBindingRecord> {
  return countedRead(services, caller, origin, "role_binding.describe", async () => {
    refuseUseToken(caller);
    return await visibleBinding(services, caller, id);
  });
}

export function createRoleBinding(
  services: Services,
  caller: Caller,
  origin: Origin,
  input: () => NewRoleBinding,
): Promise<RoleBindingRecord> {
  return changeControl(services, caller, origin, "role_binding.create", async (act) => {
    const record = await judgeBinding(act, input);
    await services.store.write([
      { do: "require_principal", id: record.principalId },
      ...environmentRemains(record),
      { do: "insert_role_binding", record },
      audit(act, record),
    ]);
    return record;
  });
}

export function deleteRoleBinding(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<RoleBindingRecord> {
  return changeControl(services, caller, origin, "role_binding.delete", async (act) => {
    const record = await visibleBinding(services, caller, id);
    if (!mayGrant(caller, record)) {
      throw new KeymoorError("user_unauthorized", "Taking this role away is not allowed for you.", {
        hint: "It takes an administrator of what it is bound to, who holds its rights himself.",
      });
    }
    await services.store.write([
      { do: "delete_role_binding", id },
      audit(act, record),
      ...administratorRemainsWithout([record]),
    ]);
    return record;
  });
}

const noPage: Page<never> = { items: [], next: undefined, totalSize: undefined };

/** However few are asked for: of thousands that lie elsewhere, each read must leave many behind. */
const readAtOnce = 500;

/** The store knows environments only; what lies elsewhere in one is left out here, and the page filled from behind it. */
async function pageBoundWithin(
  { store }: Services,
  filter: RoleBindingFilter,
  scope: BindingScope & { readonly andBelow: boolean },
  { after, limit }: PageRequest,
): Promise<Page<RoleBindingRecord>> {
  const items: RoleBindingRecord[] = [];
  let from = after;
  do {
    const page = await store.read.roleBindingPage(filter, from, readAtOnce);
    items.push(...page.items.filter((binding) => isBoundWithin(binding, scope)));
    from = page.next;
  } while (from !== undefined && items.length <= limit);
  const kept = items.slice(0, limit);
  return { items: kept, next: items.length > limit ? kept.at(-1)?.id : undefined, totalSize: undefined };
}

function isBoundWithin(binding: RoleBindingRecord, scope: BindingScope & { andBelow: boolean }): boolean {
  const parts = ["environmentId", "cloud", "region", "serviceAccountId"] as const;
  return parts.every((part) => binding[part] === scope[part] || (scope.andBelow && scope[part] === null));
}

async function visibleBinding(services: Services, caller: Caller, id: string): Promise<RoleBindingRecord> {
  const binding = await services.store.read.roleBinding(id);
  const visible = visibleTo(caller, await organizationOf(services));
  const isVisible =
    binding !== undefined &&
    (visible === undefined ||
      binding.principalId === caller.principal ||
      (binding.environmentId !== null && visible.environmentIds.includes(binding.environmentId)));
  if (isVisible) return binding;
  throw new KeymoorError(
    "role_binding_not_found",
    "This role binding does not exist, or you may not see it.",
  );
}

function audit(act: ControlAct, { id, environmentId }: RoleBindingRecord) {
  return act.audit({ kind: "role_binding", id, environmentId });
}
