import { describe, expect, it } from "vitest";
import { type Caller, callerHolds } from "./caller.ts";
import { FailedAttempts } from "./failed-attempts.ts";
import {
  type Binding,
  holds,
  mayAssign,
  organizationBinding,
  type Right,
  type Role,
  roles,
} from "./rights.ts";
import { parseAuthorization } from "./shown-credential.ts";

const here = { organizationId: "org", environmentId: "env-a" };
const rights: readonly Right[] = [
  "connection:manage",
  "connection:read",
  "connection:call",
  "statement:run",
  "access:manage",
  "audit:read",
];

function bound(role: Role, environmentId: string | null): Binding {
  return { ...organizationBinding(role, "org"), environmentId };
}

function caller(bindings: readonly Binding[], more: Partial<Caller> = {}): Caller {
  return {
    principal: "u-1",
    credential: "K",
    via: "cloud_key",
    bindings: [bindings],
    place: undefined,
    connections: undefined,
    shownIn: "authorization",
    ...more,
  };
}

describe("roles", () => {
  // The table of design 6, written out again by hand so that a slip in the code's table shows.
  const expected: Record<Role, readonly boolean[]> = {
    OrganizationAdmin: [true, true, true, true, true, true],
    EnvironmentAdmin: [true, true, true, true, true, true],
    FlinkAdmin: [true, true, true, true, false, false],
    FlinkDeveloper: [false, true, true, true, false, false],
    Assigner: [false, false, false, false, false, false],
  };

  it.each(roles)("%s gives the rights of the table, in its environment and in no other", (role) => {
    const binding = bound(role, role === "OrganizationAdmin" ? null : "env-a");
    const held = rights.map((right) => holds([binding], right, here));
    expect(held).toEqual(expected[role]);
    const elsewhere = rights.map((right) => holds([binding], right, { ...here, environmentId: "env-b" }));
    expect(elsewhere).toEqual(role === "OrganizationAdmin" ? expected[role] : rights.map(() => false));
  });

  it("count in their own organization only", () => {
    expect(
      holds([bound("OrganizationAdmin", null)], "connection:read", { ...here, organizationId: "other" }),
    ).toBe(false);
  });

  it("OrganizationAdmin bound to one environment gives nothing", () => {
    expect(holds([bound("OrganizationAdmin", "env-a")], "connection:read", here)).toBe(false);
  });

  it("an unknown role gives nothing", () => {
    expect(holds([{ ...bound("FlinkAdmin", null), role: "Owner" }], "connection:read", here)).toBe(false);
  });

  it("Assigner lets statements run as the one service account it is bound to", () => {
    const binding: Binding = { ...bound("Assigner", null), serviceAccountId: "sa-1" };
    expect(mayAssign([binding], "sa-1", "org")).toBe(true);
    expect(mayAssign([binding], "sa-2", "org")).toBe(false);
    expect(mayAssign([binding], "sa-1", "other")).toBe(false);
  });
});

describe("a caller", () => {
  const admin = [bound("OrganizationAdmin", null)];

  it("with a use token may call and nothing else, whatever its maker may", () => {
    const place = { environmentId: "env-a", cloud: "aws", region: "us-east-1" };
    const token = caller(admin, { via: "use_token", place });
    expect(rights.filter((right) => callerHolds(token, right, here))).toEqual(["connection:call"]);
  });

  it("with a Flink key of one environment has no right in another", () => {
    const place = { environmentId: "env-a", cloud: "aws", region: "us-east-1" };
    const key = caller(admin, { via: "flink_key", place });
    expect(callerHolds(key, "connection:read", here)).toBe(true);
    expect(callerHolds(key, "connection:read", { ...here, environmentId: "env-b" })).toBe(false);
    expect(callerHolds(key, "audit:read", { ...here, environmentId: null })).toBe(false);
  });

  it("acting as another has the lesser of both rights", () => {
    const both = caller(admin, { bindings: [admin, [bound("FlinkDeveloper", "env-a")]] });
    expect(callerHolds(both, "connection:read", here)).toBe(true);
    expect(callerHolds(both, "connection:manage", here)).toBe(false);
  });
});

describe("failed attempts", () => {
  it("are answered with a wait after ten within a minute, for that address and key only", () => {
    const attempts = new FailedAttempts();
    const waits = Array.from({ length: 12 }, (_, n) => attempts.note("10.0.0.1", "K", n * 1000));
    expect(waits.slice(0, 10)).toEqual(Array(10).fill(undefined));
    expect(waits.slice(10)).toEqual([50, 49]);
    expect(attempts.note("10.0.0.2", "K", 12_000)).toBeUndefined();
    expect(attempts.note("10.0.0.1", "L", 12_000)).toBeUndefined();
    expect(attempts.note("10.0.0.1", "K", 60_000)).toBeUndefined();
  });

  it("with invented key ids do not fill the memory, and do not free a blocked one early", () => {
    const attempts = new FailedAttempts();
    for (let n = 0; n < 30_000; n += 1) attempts.note("10.0.0.1", `K${n}`, n);
    for (let n = 0; n < 11; n += 1) attempts.note("10.0.0.9", "K", 30_000);
    expect(attempts.note("10.0.0.9", "K", 30_001)).toBe(60);
  });

  it("that are taken back push out no other, however many there were", () => {
    const attempts = new FailedAttempts();
    for (let n = 0; n < 11; n += 1) attempts.note("10.0.0.9", "K", 0);
    for (let n = 0; n < 30_000; n += 1) {
      attempts.note("10.0.0.1", `K${n}`, 1);
      attempts.forgive("10.0.0.1", `K${n}`);
    }
    expect(attempts.note("10.0.0.9", "K", 2)).toBe(60);
  });
});

describe("an Authorization header", () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString("base64")}`;

  it("with Basic is split at the first colon and read as UTF-8", () => {
    const shown = parseAuthorization(basic("id:sécret:more"));
    expect(shown.kind === "basic" && [shown.id, shown.secret.reveal()]).toEqual(["id", "sécret:more"]);
  });

  it("takes scheme names in any case", () => {
    expect(parseAuthorization(basic("a:b").replace("Basic", "bAsIc")).kind).toBe("basic");
    expect(parseAuthorization("bearer abc").kind).toBe("bearer");
  });

  it.each(["", "Basic", "Basic !!", basic("nocolon"), basic(":secret"), "Digest x=y", "Bearer a b"])(
    "of the form %j is malformed",
    (header) => {
      expect(parseAuthorization(header).kind).toBe("malformed");
    },
  );

  it("absent is none", () => {
    expect(parseAuthorization(undefined).kind).toBe("none");
  });
});
