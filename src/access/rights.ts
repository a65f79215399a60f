/** Who may do what (design 6). This table and `holds` are the one place where that is decided. */

export const roles = [
  "OrganizationAdmin",
  "EnvironmentAdmin",
  "FlinkAdmin",
  "FlinkDeveloper",
  "Assigner",
] as const;
export type Role = (typeof roles)[number];

export type Right =
  /** Create, rotate, delete; see identifying fields. */
  | "connection:manage"
  /** List and describe. */
  | "connection:read"
  /** Call through it. */
  | "connection:call"
  | "statement:run"
  /** API keys, roles, environments, other people's use tokens. */
  | "access:manage"
  | "audit:read"
  /** What concerns the server itself, such as its master key. */
  | "server:manage";

/** What a role may be bound to, from wide to narrow; `service_account`: to one, in the whole organization. */
export type BindingPlace = "organization" | "environment" | "region" | "service_account";

interface RoleFacts {
  readonly description: string;
  readonly boundTo: readonly BindingPlace[];
  readonly rights: readonly Right[];
}

export const roleTable: Readonly<Record<Role, RoleFacts>> = {
  OrganizationAdmin: {
    description: "May do everything in the organization.",
    boundTo: ["organization"],
    rights: [
      "connection:manage",
      "connection:read",
      "connection:call",
      "statement:run",
      "access:manage",
      "audit:read",
      "server:manage",
    ],
  },
  EnvironmentAdmin: {
    description: "Manages an environment: its connections, keys, role bindings and audit events.",
    boundTo: ["environment"],
    rights: [
      "connection:manage",
      "connection:read",
      "connection:call",
      "statement:run",
      "access:manage",
      "audit:read",
    ],
  },
  FlinkAdmin: {
    description: "Creates, rotates and deletes connections, besides what a FlinkDeveloper may.",
    boundTo: ["organization", "environment", "region"],
    rights: ["connection:manage", "connection:read", "connection:call", "statement:run"],
  },
  FlinkDeveloper: {
    description: "Sees connections, calls through them and runs statements.",
    boundTo: ["organization", "environment", "region"],
    rights: ["connection:read", "connection:call", "statement:run"],
  },
  Assigner: {
    description: "Lets its holder run statements as the service account it is bound to, and nothing else.",
    boundTo: ["service_account"],
    rights: [],
  },
};

/** Every right, as OrganizationAdmin has them. */
export const rights: readonly Right[] = roleTable.OrganizationAdmin.rights;

/** What a role is bound to: the whole organization, one environment of it, or one region of that. */
export interface BindingScope {
  readonly organizationId: string;
  readonly environmentId: string | null;
  /** With `region`: the only one of the environment in which it holds; null: all. */
  readonly cloud: string | null;
  readonly region: string | null;
  /** Service account that an Assigner binding is about. */
  readonly serviceAccountId: string | null;
}

export interface Binding extends BindingScope {
  readonly role: string;
}

/** `environmentId: null` asks for the right over the whole organization. */
export interface Scope {
  readonly organizationId: string;
  readonly environmentId: string | null;
  /** Absent: in any region; `all`: in every one; else in this one. */
  readonly in?: "all" | { readonly cloud: string; readonly region: string };
}

export function organizationBinding(role: Role, organizationId: string): Binding {
  return { role, organizationId, environmentId: null, cloud: null, region: null, serviceAccountId: null };
}

/** OrganizationAdmin counts only when bound to the organization; the other roles hold where they are bound and below. */
export function holds(bindings: readonly Binding[], right: Right, scope: Scope): boolean {
  return bindings.some((binding) => rightsOf(binding.role).includes(right) && isBoundTo(binding, scope));
}

/** Whether a statement may be run as `serviceAccountId` by virtue of an Assigner binding. */
export function mayAssign(
  bindings: readonly Binding[],
  serviceAccountId: string,
  organizationId: string,
): boolean {
  return bindings.some(
    (binding) =>
      binding.role === "Assigner" &&
      binding.organizationId === organizationId &&
      binding.serviceAccountId === serviceAccountId,
  );
}

/** Roles that give a right, for the sentence of a refusal. */
export function rolesWith(right: Right): readonly Role[] {
  return roles.filter((role) => roleTable[role].rights.includes(right));
}

/** None for a role that this version does not know. */
export function rightsOf(role: string): readonly Right[] {
  return isRole(role) ? roleTable[role].rights : [];
}

export function isRole(name: string): name is Role {
  return (roles as readonly string[]).includes(name);
}

function isBoundTo(binding: Binding, scope: Scope): boolean {
  if (binding.organizationId !== scope.organizationId) return false;
  if (binding.environmentId === null) return true;
  if (binding.role === "OrganizationAdmin" || binding.environmentId !== scope.environmentId) return false;
  if (binding.region === null || scope.in === undefined) return true;
  return scope.in !== "all" && scope.in.cloud === binding.cloud && scope.in.region === binding.region;
}
