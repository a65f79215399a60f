import { describe, expect, it } from "vitest";
import type { Caller } from "./caller.ts";
import { mayGrant } from "./may-grant.ts";
import { type Binding, organizationBinding, type Role } from "./rights.ts";

function bound(role: Role | "Unknown", scope: Partial<Binding> = {}): Binding {
  return { ...organizationBinding("Assigner", "org"), role, ...scope };
}

function caller(...bindings: Binding[]): Caller {
  return {
    principal: "u-1",
    credential: "K",
    via: "cloud_key",
    bindings: [bindings],
    place: undefined,
    connections: undefined,
    shownIn: "authorization",
  };
}

const a = { environmentId: "env-a" };
const region = { ...a, cloud: "aws", region: "us-east-1" };

describe("granting", () => {
  it("an OrganizationAdmin may grant every role everywhere", () => {
    const admin = caller(bound("OrganizationAdmin"));
    for (const binding of [
      bound("OrganizationAdmin"),
      bound("EnvironmentAdmin", a),
      bound("FlinkDeveloper", region),
      bound("Assigner", { serviceAccountId: "sa-1" }),
      bound("Unknown"),
    ]) {
      expect([binding.role, mayGrant(admin, binding)]).toEqual([binding.role, true]);
    }
    expect(mayGrant(admin, bound("FlinkAdmin", { organizationId: "other" }))).toBe(false);
  });

  it("an EnvironmentAdmin may grant in his environment and nowhere else", () => {
    const admin = caller(bound("EnvironmentAdmin", a));
    expect(mayGrant(admin, bound("EnvironmentAdmin", a))).toBe(true);
    expect(mayGrant(admin, bound("FlinkAdmin", region))).toBe(true);
    expect(mayGrant(admin, bound("FlinkDeveloper", { environmentId: "env-b" }))).toBe(false);
    expect(mayGrant(admin, bound("FlinkDeveloper"))).toBe(false);
    expect(mayGrant(admin, bound("Assigner", { serviceAccountId: "sa-1" }))).toBe(false);
  });

  it("who manages access everywhere, and not the server, makes no OrganizationAdmin", () => {
    const admin = caller(bound("EnvironmentAdmin"));
    expect(mayGrant(admin, bound("FlinkAdmin"))).toBe(true);
    expect(mayGrant(admin, bound("OrganizationAdmin"))).toBe(false);
  });

  it("who manages no access grants nothing, whatever he may do himself", () => {
    expect(mayGrant(caller(bound("FlinkAdmin", a)), bound("FlinkDeveloper", a))).toBe(false);
    expect(mayGrant(caller(), bound("Unknown"))).toBe(false);
  });
});
