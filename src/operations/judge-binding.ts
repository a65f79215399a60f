import { createHash } from "node:crypto";
import { callerHolds } from "../access/caller.ts";
import { printCrn, readCrn } from "../access/crn.ts";
import { mayGrant } from "../access/may-grant.ts";
import {
  type Binding,
  type BindingPlace,
  type BindingScope,
  isRole,
  type Role,
  roles,
  roleTable,
} from "../access/rights.ts";
import { type ErrorDetails, KeymoorError } from "../errors.ts";
import { newRoleBinding } from "../storage/new-records.ts";
import type { PrincipalRecord, RoleBindingRecord } from "../storage/records.ts";
import { type ControlAct, managedScope } from "./control-act.ts";
import { namedEnvironment, namedRegion } from "./named-place.ts";

export interface NewRoleBinding {
  /** `User:u-...` or `User:sa-...`. */
  readonly principal: string;
  readonly role: string;
  readonly crnPattern: string;
}

/** A binding as it is asked for, if there is such a thing and the caller may grant it. */
export async function judgeBinding(act: ControlAct, input: () => NewRoleBinding): Promise<RoleBindingRecord> {
  const { caller, organizationId, services } = act;
  const managed = managedScope(caller, organizationId);
  if (managed !== "organization" && managed.length === 0) throw mayNotGrant();
  const { principal, role, crnPattern } = input();
  const principalId = principalOf(principal);
  const binding = { role: roleOf(role), ...(await scopeOf(act, roleOf(role), crnPattern)) };
  if (!mayGrant(caller, binding)) throw mayNotGrant();
  const holder = await services.store.read.principal(principalId);
  if (holder === undefined) throw wrong("There is no such user or service account.", "/principal");
  const held = await services.store.read.roleBindings(principalId);
  judgeFirstRole(act, holder, held);
  if (held.some((known) => isSame(known, binding))) throw exists();
  return newRoleBinding({ id: idOf(principalId, binding), principalId, ...binding }, act.at);
}

function principalOf(text: string): string {
  const id = /^User:(.+)$/.exec(text)?.[1];
  if (id === undefined) {
    throw wrong("The principal is not written as one.", "/principal", {
      hint: "It is User:u-... or User:sa-....",
    });
  }
  if (id.startsWith("pool-")) {
    throw wrong("An identity pool has no roles of its own.", "/principal", {
      hint: "Bind the role to the service account that it acts as.",
    });
  }
  return id;
}

function roleOf(name: string): Role {
  if (isRole(name)) return name;
  throw wrong("There is no such role.", "/role_name", { hint: `There are ${roles.join(", ")}.` });
}

async function scopeOf(act: ControlAct, role: Role, crnPattern: string): Promise<BindingScope> {
  const { services, caller, organizationId } = act;
  const pointer = "/crn_pattern";
  const read = readCrn(crnPattern);
  if (read.status === "refused") throw wrong(read.reason, pointer, { hint: read.hint });
  const { scope } = read;
  if (scope.organizationId !== organizationId) {
    throw new KeymoorError("user_unauthorized", "The CRN pattern is of another organization.", { pointer });
  }
  const place = placeOf(scope);
  if (!roleTable[role].boundTo.includes(place)) {
    const places = roleTable[role].boundTo.map((one) => wordsFor[one]).join(", or to ");
    throw wrong(`The role ${role} is bound to ${places}, not to ${wordsFor[place]}.`, pointer);
  }
  if (scope.environmentId !== null) await namedEnvironment(services, caller, scope.environmentId, pointer);
  if (scope.cloud !== null && scope.region !== null)
    await namedRegion(services, { cloud: scope.cloud, region: scope.region }, pointer);
  if (scope.serviceAccountId !== null) {
    const account = await services.store.read.principal(scope.serviceAccountId);
    if (account?.kind !== "service_account") throw wrong("There is no such service account.", pointer);
  }
  return scope;
}

const wordsFor: Readonly<Record<BindingPlace, string>> = {
  organization: "the organization",
  environment: "an environment",
  region: "a region of one",
  service_account: "a service account",
};

function placeOf({ environmentId, region, serviceAccountId }: BindingScope): BindingPlace {
  if (serviceAccountId !== null) return "service_account";
  if (region !== null) return "region";
  return environmentId === null ? "organization" : "environment";
}

/**
 * Whoever gives a service account its first role may make keys of it, which would go on with whatever it is given later. One
 * without a role may be on its way to more than this caller holds.
 */
function judgeFirstRole(
  { caller, organizationId }: ControlAct,
  { kind }: PrincipalRecord,
  held: readonly RoleBindingRecord[],
): void {
  const managesAll = callerHolds(caller, "access:manage", { organizationId, environmentId: null });
  if (kind === "user" || held.length > 0 || managesAll) return;
  throw new KeymoorError("user_unauthorized", "This service account has no role yet.", {
    hint: "Its first one takes OrganizationAdmin.",
    pointer: "/principal",
  });
}

function isSame(one: Binding, other: Binding): boolean {
  return one.role === other.role && printCrn(one) === printCrn(other);
}

/** Made of what it binds, so that of two who ask at once one is told that it exists. */
function idOf(principalId: string, binding: Binding): string {
  const text = [principalId, binding.role, printCrn(binding)].join(" ");
  return `rb-${createHash("sha256").update(text).digest("hex").slice(0, 16)}`;
}

function exists(): KeymoorError {
  return new KeymoorError("resource_already_exists", "The principal has this role there already.");
}

function mayNotGrant(): KeymoorError {
  return new KeymoorError("user_unauthorized", "Granting this role is not allowed for you.", {
    hint: "It takes an administrator of what it is bound to, who holds its rights himself.",
  });
}

function wrong(message: string, pointer: string, more: ErrorDetails = {}): KeymoorError {
  return new KeymoorError("invalid_request", message, { pointer, ...more });
}
