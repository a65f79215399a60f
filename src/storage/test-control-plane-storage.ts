import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  newApiKey,
  newComputePool,
  newEnvironment,
  newRoleBinding,
  newServiceAccount,
  newUser,
} from "./new-records.ts";
import type { IdentityPoolRecord, OneTimeLinkRecord, SessionRecord } from "./records.ts";
import type { Page, Step, Store } from "./store.ts";
import {
  at,
  later,
  organizationId,
  place,
  sampleCreate,
  sampleStatement,
  sampleUseToken,
} from "./test-records.ts";

const { environmentId } = place;
const elsewhere = { ...place, environmentId: "env-other" };
const latest = "2026-11-20T12:00:00.000Z";
/** Beyond the clock of whoever runs this: what has ended is cleared away by it. */
const never = "2999-01-01T00:00:00.000Z";

/** What every implementation of the store must do with what the control plane keeps; `open` gives an empty one. */
export function testControlPlaneStorage(
  name: string,
  open: () => Promise<{ store: Store; discard: () => Promise<void> }>,
): void {
  describe(`the control plane on ${name}`, () => {
    let store: Store;
    let discard: () => Promise<void>;
    beforeEach(async () => {
      ({ store, discard } = await open());
      await store.write([
        environment(environmentId, "default"),
        environment(elsewhere.environmentId, "other"),
        { do: "insert_principal", record: user },
        { do: "insert_principal", record: account },
      ]);
    });
    afterEach(() => discard());

    const refusal = (step: Step) => store.write([step]).then(undefined, ({ code }) => code as string);

    describe("users and service accounts", () => {
      it("change in part, and are found by address in any case", async () => {
        await store.write([
          { do: "update_principal", id: user.id, change: { name: "Ada" }, updatedAt: later },
        ]);
        const changed = { ...user, name: "Ada", updatedAt: later };
        expect(await store.read.principal(user.id)).toStrictEqual(changed);
        expect(await store.read.userByEmail("DEV@Example.com")).toStrictEqual(changed);
        expect(await store.read.userByEmail("other@example.com")).toBeUndefined();
        const gone = { do: "update_principal", id: "u-none", change: {}, updatedAt: later } as const;
        expect(await refusal(gone)).toBe("principal_not_found");
      });

      it("are listed by kind, id and name, in order of id", async () => {
        for (const id of ["sa-c", "sa-b"])
          await store.write([
            { do: "insert_principal", record: newServiceAccount({ id, name: `n ${id}` }, at) },
          ]);
        const kind = "service_account";
        const page = (filter: object, after?: string, limit = 9) =>
          store.read.principalPage({ kind, ...filter }, after, limit);
        expect(ids(await page({}))).toStrictEqual(["sa-1", "sa-b", "sa-c"]);
        const first = await page({}, undefined, 2);
        expect([ids(first), first.next]).toStrictEqual([["sa-1", "sa-b"], "sa-b"]);
        expect(await page({}, first.next, 2)).toMatchObject({ items: [{ id: "sa-c" }], next: undefined });
        expect(ids(await page({ name: "n sa-b" }))).toStrictEqual(["sa-b"]);
        expect(ids(await page({ id: "sa-c" }))).toStrictEqual(["sa-c"]);
        expect(ids(await page({ id: user.id }))).toStrictEqual([]);
        expect(ids(await store.read.principalPage({ kind: "user" }, undefined, 9))).toStrictEqual([user.id]);
      });

      it("lose sessions and links when they are disabled, and keep the rest", async () => {
        await store.write([session("ses-1"), link("i-1"), apiKey("K1")]);
        await store.write([
          { do: "update_principal", id: user.id, change: { disabledAt: later }, updatedAt: later },
        ]);
        expect(await store.read.sessions(user.id)).toStrictEqual([]);
        expect(await store.read.oneTimeLinks(user.id)).toStrictEqual([]);
        expect(await store.read.apiKey("K1")).toBeDefined();
        await store.write([
          { do: "update_principal", id: user.id, change: { disabledAt: null }, updatedAt: latest },
        ]);
        expect((await store.read.principal(user.id))?.disabledAt).toBeNull();
      });

      it("go with their keys, roles, sessions, links and identity pools, and with roles about them", async () => {
        await store.write([
          apiKey("K1", { ownerId: account.id }),
          apiKey("K2"),
          binding("rb-1", { principalId: account.id }),
          binding("rb-2", { role: "Assigner", serviceAccountId: account.id }),
          binding("rb-3"),
          session("ses-1", { principalId: account.id }),
          link("i-1", { principalId: account.id }),
          identityPool("pool-1"),
        ]);
        await store.write([{ do: "delete_principal", id: account.id }]);
        expect(await store.read.principal(account.id)).toBeUndefined();
        expect(ids(await store.read.apiKeyPage({}, undefined, 9))).toStrictEqual(["K2"]);
        expect(ids(await store.read.roleBindingPage({}, undefined, 9))).toStrictEqual(["rb-3"]);
        expect(await store.read.session("ses-1")).toBeUndefined();
        expect(await store.read.oneTimeLink("i-1")).toBeUndefined();
        expect(await store.read.identityPools()).toStrictEqual([]);
        expect(await refusal({ do: "delete_principal", id: account.id })).toBe("principal_not_found");
      });
    });

    describe("sessions", () => {
      it("come back as they were written, and are noted as seen no earlier than they were", async () => {
        const step = session("ses-1");
        await store.write([step]);
        expect(await store.read.session("ses-1")).toMatchObject({
          ...step.record,
          secretMac: expect.anything(),
        });
        store.note({ note: "session_seen", id: "ses-1", at: later });
        await store.flush();
        expect((await store.read.session("ses-1"))?.lastSeenAt).toBe(later);
        store.note({ note: "session_seen", id: "ses-1", at });
        store.note({ note: "session_seen", id: "ses-gone", at: later });
        await store.flush();
        expect((await store.read.session("ses-1"))?.lastSeenAt).toBe(later);
        expect(await refusal(step)).toBe("resource_already_exists");
      });

      it("end one by one, all but one, or all, and never another's", async () => {
        const left = async () => (await store.read.sessions(user.id)).map(({ id }) => id);
        await store.write([
          ...["ses-1", "ses-2", "ses-3"].map((id) => session(id)),
          session("ses-4", { principalId: "u-other" }),
        ]);
        const end = (more: object) => store.write([{ do: "delete_sessions", principalId: user.id, ...more }]);
        await end({ only: "ses-4" });
        await end({ only: "ses-1" });
        await end({ only: "ses-1" });
        expect(await left()).toStrictEqual(["ses-2", "ses-3"]);
        await end({ except: "ses-3" });
        expect(await left()).toStrictEqual(["ses-3"]);
        await end({});
        expect(await left()).toStrictEqual([]);
        expect(await store.read.session("ses-4")).toBeDefined();
      });
    });

    describe("links that let in once", () => {
      it("are used by one of many who try at once", async () => {
        await store.write([link("i-1")]);
        expect(await store.read.oneTimeLink("i-1")).toMatchObject({
          purpose: "invitation",
          expiresAt: never,
        });
        const use: Step = { do: "use_one_time_link", id: "i-1", at };
        const tries = await Promise.allSettled(Array.from({ length: 8 }, () => store.write([use])));
        expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
        expect(await refusal(use)).toBe("link_not_valid");
        expect((await store.read.oneTimeLink("i-1"))?.usedAt).toBe(at);
      });

      it("take the place of the principal's earlier one for the same purpose", async () => {
        await store.write([
          link("i-1"),
          link("i-2", { purpose: "sign_in" }),
          link("i-3", { principalId: "u-2" }),
        ]);
        await store.write([link("i-4")]);
        const left = (await store.read.oneTimeLinks(user.id)).map(({ id }) => id);
        expect(left).toStrictEqual(["i-2", "i-4"]);
        expect(await store.read.oneTimeLink("i-3")).toBeDefined();
      });
    });

    it("identity pools come back as they were written, change in part, and go", async () => {
      const step = identityPool("pool-1");
      await store.write([step, identityPool("pool-0")]);
      expect(await store.read.identityPools()).toStrictEqual([{ ...step.record, id: "pool-0" }, step.record]);
      const change = { claims: { sub: "repo:acme/app", ref: "main" }, jwksUri: "https://i.example/keys" };
      await store.write([{ do: "update_identity_pool", id: "pool-1", change, updatedAt: later }]);
      expect((await store.read.identityPools())[1]).toStrictEqual({
        ...step.record,
        ...change,
        updatedAt: later,
      });
      await store.write([{ do: "delete_identity_pool", id: "pool-1" }]);
      expect((await store.read.identityPools()).map(({ id }) => id)).toStrictEqual(["pool-0"]);
      const gone = "identity_pool_not_found";
      expect(await refusal({ do: "delete_identity_pool", id: "pool-1" })).toBe(gone);
      expect(await refusal({ do: "update_identity_pool", id: "pool-1", change, updatedAt: later })).toBe(
        gone,
      );
      expect(await refusal(identityPool("pool-0"))).toBe("resource_already_exists");
    });

    describe("API keys", () => {
      it("change in part, and stop", async () => {
        await store.write([apiKey("K1")]);
        await store.write([
          { do: "update_api_key", id: "K1", change: { description: "ci" }, updatedAt: later },
        ]);
        expect(await store.read.apiKey("K1")).toMatchObject({
          name: "key",
          description: "ci",
          createdAt: at,
          updatedAt: later,
        });
        await store.write([{ do: "delete_api_key", id: "K1" }]);
        expect(await store.read.apiKey("K1")).toBeUndefined();
        expect(await refusal({ do: "delete_api_key", id: "K1" })).toBe("api_key_not_found");
        const change = { do: "update_api_key", id: "K1", change: {}, updatedAt: later } as const;
        expect(await refusal(change)).toBe("api_key_not_found");
      });

      it("are listed by owner and by what they are for, in order of id", async () => {
        await store.write([
          apiKey("K1"),
          apiKey("K2", { ownerId: account.id, ...place }),
          apiKey("K3", { ownerId: account.id, ...elsewhere }),
          apiKey("K4", { ...place, region: "eu-west-1" }),
        ]);
        const found = async (filter: object) => ids(await store.read.apiKeyPage(filter, undefined, 9));
        const { cloud, region } = place;
        expect(await found({})).toStrictEqual(["K1", "K2", "K3", "K4"]);
        expect(await found({ ownerId: account.id })).toStrictEqual(["K2", "K3"]);
        expect(await found({ resource: "cloud" })).toStrictEqual(["K1"]);
        expect(await found({ resource: { cloud, region } })).toStrictEqual(["K2", "K3"]);
        expect(await found({ resource: place })).toStrictEqual(["K2"]);
        expect(await found({ resource: place, ownerId: user.id })).toStrictEqual([]);
        const pages = await eachPage((after) => store.read.apiKeyPage({ ownerId: account.id }, after, 1));
        expect(pages).toStrictEqual([["K2"], ["K3"]]);
      });

      it("are shown to whoever manages environments: his own, and those that are for them", async () => {
        await store.write([
          apiKey("K1"),
          apiKey("K2", { ownerId: account.id, ...place }),
          apiKey("K3", { ownerId: account.id, ...elsewhere }),
          apiKey("K4", { ownerId: account.id }),
        ]);
        const seen = async (environmentIds: readonly string[], filter: object = {}) => {
          const visible = { principalId: user.id, environmentIds };
          return ids(await store.read.apiKeyPage({ ...filter, visible }, undefined, 9));
        };
        expect(await seen([])).toStrictEqual(["K1"]);
        expect(await seen([environmentId])).toStrictEqual(["K1", "K2"]);
        expect(await seen([environmentId, elsewhere.environmentId])).toStrictEqual(["K1", "K2", "K3"]);
        expect(await seen([environmentId], { ownerId: account.id })).toStrictEqual(["K2"]);
      });
    });

    describe("role bindings", () => {
      it("come back as they were written, a region and a service account with them, and go", async () => {
        const one = binding("rb-1", place);
        const other = binding("rb-2", { role: "Assigner", serviceAccountId: account.id });
        await store.write([one, other]);
        expect(await store.read.roleBinding("rb-1")).toStrictEqual(one.record);
        expect(await store.read.roleBindings(user.id)).toStrictEqual([one.record, other.record]);
        expect(await refusal(one)).toBe("resource_already_exists");
        await store.write([{ do: "delete_role_binding", id: "rb-1" }]);
        expect(await store.read.roleBinding("rb-1")).toBeUndefined();
        expect(await refusal({ do: "delete_role_binding", id: "rb-1" })).toBe("role_binding_not_found");
      });

      it("are listed by principal, role and environment, and shown to whoever manages it", async () => {
        await store.write([
          binding("rb-1"),
          binding("rb-2", { environmentId }),
          binding("rb-3", { environmentId, principalId: account.id }),
          binding("rb-4", { ...elsewhere, principalId: account.id, role: "FlinkDeveloper" }),
        ]);
        const found = async (filter: object) => ids(await store.read.roleBindingPage(filter, undefined, 9));
        expect(await found({ principalId: account.id })).toStrictEqual(["rb-3", "rb-4"]);
        expect(await found({ role: "FlinkAdmin" })).toStrictEqual(["rb-1", "rb-2", "rb-3"]);
        expect(await found({ environmentId })).toStrictEqual(["rb-2", "rb-3"]);
        const visible = (...environmentIds: string[]) => ({
          visible: { principalId: account.id, environmentIds },
        });
        expect(await found(visible())).toStrictEqual(["rb-3", "rb-4"]);
        expect(await found(visible(environmentId))).toStrictEqual(["rb-2", "rb-3", "rb-4"]);
        expect(await found({ ...visible(environmentId), role: "FlinkDeveloper" })).toStrictEqual(["rb-4"]);
        const pages = await eachPage((after) => store.read.roleBindingPage({ environmentId }, after, 1));
        expect(pages).toStrictEqual([["rb-2"], ["rb-3"]]);
      });
    });

    it("somebody who administers and can get in remains, also when two go at once", async () => {
      const role = "OrganizationAdmin";
      const require: Step = { do: "require_administrator", role };
      await store.write([
        binding("rb-1", { role }),
        binding("rb-2", { role, principalId: account.id }),
        apiKey("K1"),
        apiKey("K2", { ownerId: account.id }),
      ]);
      const going = ["rb-1", "rb-2"].map((id) => store.write([{ do: "delete_role_binding", id }, require]));
      const ended = await Promise.allSettled(going);
      expect(ended.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      expect((await store.read.roleBindingPage({ role }, undefined, 9)).items).toHaveLength(1);
      await expect(
        store.write([
          { do: "delete_principal", id: user.id },
          { do: "delete_principal", id: account.id },
          require,
        ]),
      ).rejects.toMatchObject({ code: "last_administrator" });
      // A Flink key administers nothing, nor does a role in one environment.
      await store.write([binding("rb-3", { role: "EnvironmentAdmin" }), apiKey("K3", { ...place })]);
      expect(await refusal({ do: "require_administrator", role: "EnvironmentAdmin" })).toBeUndefined();
      expect(
        await store
          .write([
            { do: "delete_api_key", id: "K1" },
            { do: "require_administrator", role: "EnvironmentAdmin" },
          ])
          .catch(({ code }) => code),
      ).toBe("last_administrator");
    });

    it("a list of steps can require that what they are for is still there", async () => {
      const passwordHash = "$scrypt$one";
      const principalId = user.id;
      await store.write([{ do: "set_password", principalId, passwordHash }]);
      expect(await refusal({ do: "require_principal", id: user.id })).toBeUndefined();
      expect(await refusal({ do: "require_password", principalId, passwordHash })).toBeUndefined();
      expect(await refusal({ do: "require_principal", id: "u-gone" })).toBe("user_unauthorized");
      expect(await refusal({ do: "require_environment", id: "env-gone" })).toBe("user_unauthorized");
      for (const step of [
        { do: "require_password", principalId, passwordHash: "$scrypt$other" },
        { do: "require_password", principalId: "u-gone", passwordHash },
      ] as const) {
        expect(await refusal(step)).toBe("password_not_accepted");
      }
    });

    it("compute pools change in part, and go", async () => {
      const record = newComputePool({ ...place, id: "lfcp-1", name: "pool" }, at);
      await store.write([{ do: "insert_compute_pool", record }]);
      expect(await store.read.computePool("lfcp-1")).toStrictEqual(record);
      const change = { maxCfu: 10, defaultPool: true };
      await store.write([{ do: "update_compute_pool", id: "lfcp-1", change, updatedAt: later }]);
      expect(await store.read.computePool("lfcp-1")).toStrictEqual({
        ...record,
        ...change,
        updatedAt: later,
      });
      await store.write([{ do: "delete_compute_pool", id: "lfcp-1" }]);
      expect(await store.read.computePools(environmentId)).toStrictEqual([]);
      const gone = "compute_pool_not_found";
      expect(await refusal({ do: "delete_compute_pool", id: "lfcp-1" })).toBe(gone);
      expect(await refusal({ do: "update_compute_pool", id: "lfcp-1", change, updatedAt: later })).toBe(gone);
    });

    describe("environments", () => {
      it("change in part", async () => {
        const change = { governancePackage: "ADVANCED" } as const;
        await store.write([{ do: "update_environment", id: environmentId, change, updatedAt: later }]);
        expect(await store.read.environment(environmentId)).toMatchObject({
          name: "default",
          governancePackage: "ADVANCED",
          createdAt: at,
          updatedAt: later,
        });
        const gone = { do: "update_environment", id: "env-none", change, updatedAt: later } as const;
        expect(await refusal(gone)).toBe("environment_not_found");
      });

      it("go with all that hangs on them, and leave the others alone", async () => {
        const inBoth = (suffix: string, where: typeof place): readonly Step[] => [
          {
            do: "insert_compute_pool",
            record: newComputePool({ ...where, id: `lfcp-${suffix}`, name: "p" }, at),
          },
          apiKey(`K-${suffix}`, where),
          binding(`rb-${suffix}`, { environmentId: where.environmentId }),
          { do: "insert_use_token", record: sampleUseToken(`t-${suffix}`, where) },
          {
            do: "insert_statement",
            record: sampleStatement("s", { ...where, labels: { team: "x" } }),
            rows: [["a"], ["b"]],
          },
        ];
        await store.write([
          ...inBoth("1", place),
          ...inBoth("2", elsewhere),
          apiKey("K-cloud"),
          binding("rb-all"),
        ]);
        await store.write([{ do: "delete_environment", id: environmentId }]);
        expect((await store.read.environments()).map(({ id }) => id)).toStrictEqual([
          elsewhere.environmentId,
        ]);
        expect(await store.read.computePool("lfcp-1")).toBeUndefined();
        expect(await store.read.useToken("t-1")).toBeUndefined();
        expect(await store.read.statement(environmentId, "s")).toBeUndefined();
        expect(ids(await store.read.apiKeyPage({}, undefined, 9))).toStrictEqual(["K-2", "K-cloud"]);
        expect(ids(await store.read.roleBindingPage({}, undefined, 9))).toStrictEqual(["rb-2", "rb-all"]);
        const rows = await store.read.statementRows(elsewhere.environmentId, "s", 0, 9);
        expect(rows).toStrictEqual({ rows: [["a"], ["b"]], total: 2 });
        expect(await refusal({ do: "delete_environment", id: environmentId })).toBe("environment_not_found");
      });

      it("of the same id begin empty, with nothing counted from before", async () => {
        await store.write([
          { do: "insert_use_token", record: sampleUseToken("t-1") },
          { do: "insert_statement", record: sampleStatement("s", { labels: { team: "x" } }), rows: [["a"]] },
        ]);
        await store.write([{ do: "delete_environment", id: environmentId }]);
        await store.write([environment(environmentId, "again")]);
        expect(await store.read.useTokens({ environmentId, limit: 9 })).toMatchObject({
          items: [],
          totalSize: 0,
        });
        for (const filter of [{}, { labels: { team: "x" } }]) {
          const page = await store.read.statements({ environmentId, in: place, ...filter }, undefined, 9);
          expect(page.items).toStrictEqual([]);
        }
        const all = await store.read.statements({ environmentId, in: place }, undefined, 9);
        expect(all.totalSize).toBe(0);
        expect(await store.read.connections({ environmentId }, undefined, 9)).toMatchObject({ totalSize: 0 });
      });

      it("stay while they hold a connection, and the last one stays, with all else of that transaction", async () => {
        await store.write([sampleCreate("c1")]);
        const remove: Step = { do: "delete_environment", id: environmentId };
        expect(await refusal(remove)).toBe("environment_not_empty");
        const uid = (await store.read.connection(place, "c1"))?.uid ?? "";
        await store.write([{ do: "delete_connection", uid }]);
        await store.write([remove]);
        const last: Step = { do: "delete_environment", id: elsewhere.environmentId };
        await expect(store.write([apiKey("K1"), last])).rejects.toMatchObject({
          code: "environment_not_empty",
        });
        expect(await store.read.apiKey("K1")).toBeUndefined();
        expect(await store.read.environment(elsewhere.environmentId)).toBeDefined();
      });
    });
  });
}

const user = newUser({ id: "u-1", name: "dev", email: "Dev@example.com" }, at);
const account = newServiceAccount({ id: "sa-1", name: "app", description: "runs jobs" }, at);

function ids(page: Page<{ readonly id: string }>): readonly string[] {
  return page.items.map(({ id }) => id);
}

async function eachPage(
  read: (after: string | undefined) => Promise<Page<{ readonly id: string }>>,
): Promise<readonly (readonly string[])[]> {
  const pages: (readonly string[])[] = [];
  let after: string | undefined;
  do {
    const page = await read(after);
    pages.push(ids(page));
    after = page.next;
  } while (after !== undefined);
  return pages;
}

type StepOf<Kind extends Step["do"]> = Extract<Step, { do: Kind }>;

function environment(id: string, name: string): Step {
  return { do: "insert_environment", record: newEnvironment({ id, organizationId, name }, at) };
}

function session(id: string, change: Partial<SessionRecord> = {}): StepOf<"insert_session"> {
  const times = { createdAt: at, lastSeenAt: at, expiresAt: never };
  const record = {
    id,
    principalId: user.id,
    kind: "client",
    secretMac: new Uint8Array([1]),
    ...times,
  } as const;
  return { do: "insert_session", record: { ...record, ...change } };
}

function link(id: string, change: Partial<OneTimeLinkRecord> = {}): Step {
  const record = {
    id,
    principalId: user.id,
    purpose: "invitation",
    mac: new Uint8Array([1]),
    createdAt: at,
    createdBy: "u-admin",
    expiresAt: never,
    usedAt: null,
  } as const;
  return { do: "insert_one_time_link", record: { ...record, ...change } };
}

function identityPool(id: string): StepOf<"insert_identity_pool"> {
  const record: IdentityPoolRecord = {
    id,
    name: "ci",
    description: "",
    issuer: "https://i.example",
    jwksUri: null,
    audience: "keymoor",
    claims: { sub: "repo:acme/app" },
    serviceAccountId: account.id,
    createdAt: at,
    updatedAt: at,
  };
  return { do: "insert_identity_pool", record };
}

function apiKey(id: string, change: Partial<Parameters<typeof newApiKey>[0]> = {}): Step {
  const facts = { id, ownerId: user.id, secretMac: new Uint8Array([1]), name: "key", ...change };
  return { do: "insert_api_key", record: newApiKey(facts, at) };
}

function binding(
  id: string,
  change: Partial<Parameters<typeof newRoleBinding>[0]> = {},
): StepOf<"insert_role_binding"> {
  const facts = { id, principalId: user.id, role: "FlinkAdmin", organizationId, ...change };
  return { do: "insert_role_binding", record: newRoleBinding(facts, at) };
}
