import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentId, openServices, organizationId, region } from "../../test/fixtures/services.ts";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { AuditEvent } from "../storage/records.ts";
import { applySeed } from "./apply-seed.ts";
import { bindingOf } from "./seal-credential.ts";
import type { Seed } from "./seed-file.ts";
import type { SeedSource } from "./seed-plan.ts";

const place = { environment: environmentId, ...region };
const inPlace = { environmentId, ...region };

async function open(env: Readonly<Record<string, string>> = {}) {
  const fixture = await openServices({ env });
  onTestFinished(fixture.close);
  const { services } = fixture;
  const source: SeedSource = {
    label: "Seed file s.yaml",
    folder: fixture.folder,
    env,
  };
  return {
    ...fixture,
    read: services.store.read,
    apply: (seed: Seed, more: Partial<SeedSource> = {}) => applySeed(services, seed, { ...source, ...more }),
    refusal: async (seed: Seed) => {
      const error = await applySeed(services, seed, source).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(KeymoorError);
      return error instanceof KeymoorError ? error.sentence : "";
    },
    events: async () => {
      await services.store.flush();
      const { items } = await services.store.read.auditEvents({ organizationId }, undefined, 100);
      return items.map(({ action, resourceName, principal }: AuditEvent) => [
        action,
        resourceName,
        principal,
      ]);
    },
  };
}

const openai = (name: string, value = "sk-canary-1234567890") => ({
  name,
  ...place,
  type: "openai",
  endpoint: "https://api.openai.com/v1/chat/completions",
  credential: { "api-key": new Secret(value) },
});

const identityPool = {
  id: "pool-ci",
  name: "builds",
  issuer: "https://issuer.example",
  audience: "keymoor",
  claims: { sub: "job" },
  serviceAccount: "sa-nobody",
};

describe("a seed", () => {
  it("creates what is missing, each with its audit event", async () => {
    const { apply, read, events, services } = await open();
    await apply({
      environments: [{ id: "env-new", name: "new" }],
      regions: [{ cloud: "AWS", region: "ap-south-1", endpoint: "http://localhost:8091" }],
      computePools: [
        { id: "lfcp-1", name: "pool", environment: "env-new", cloud: "aws", region: "ap-south-1" },
      ],
      users: [
        {
          id: "u-1",
          email: "a@b.c",
          password: new Secret("p"),
          roles: [{ role: "EnvironmentAdmin", environment: "env-new" }],
        },
      ],
      serviceAccounts: [{ id: "sa-1", name: "app" }],
      apiKeys: [
        {
          id: "K",
          secret: new Secret("s"),
          owner: "sa-1",
          environment: "env-new",
          cloud: "AWS",
          region: "ap-south-1",
        },
      ],
      connections: [openai("c1")],
    });
    expect(await read.environment("env-new")).toMatchObject({ organizationId, name: "new" });
    expect((await read.regions()).at(-1)).toMatchObject({ cloud: "aws", region: "ap-south-1", position: 2 });
    expect(await read.computePools("env-new")).toHaveLength(1);
    expect(await read.principal("u-1")).toMatchObject({
      kind: "user",
      passwordHash: expect.stringMatching(/^\$scrypt\$/),
    });
    expect(await read.roleBindings("u-1")).toMatchObject([
      { role: "EnvironmentAdmin", environmentId: "env-new" },
    ]);
    const key = await read.apiKey("K");
    expect(key).toMatchObject({ ownerId: "sa-1", cloud: "aws", region: "ap-south-1" });
    expect(Buffer.from(key?.secretMac ?? []).equals(services.vault.mac("api_key", "s"))).toBe(true);
    expect(await read.connection(inPlace, "c1")).toMatchObject({ type: "openai", createdBy: "keymoor:seed" });
    expect(await events()).toEqual(
      expect.arrayContaining([
        ["environment.create", "env-new", "keymoor:seed"],
        ["api_key.create", "K", "keymoor:seed"],
        ["connection.create", "c1", "keymoor:seed"],
      ]),
    );
  });

  it("makes identity pools for service accounts of the file, and leaves them alone afterwards", async () => {
    const { apply, read, events } = await open();
    const seed = (audience: string): Seed => ({
      serviceAccounts: [{ id: "sa-1", name: "app" }],
      identityPools: [{ ...identityPool, audience, serviceAccount: "sa-1" }],
    });
    await apply(seed("keymoor"));
    const [made] = await read.identityPools();
    expect(made).toMatchObject({
      id: "pool-ci",
      issuer: "https://issuer.example",
      jwksUri: null,
      audience: "keymoor",
      claims: { sub: "job" },
      serviceAccountId: "sa-1",
    });
    expect(await events()).toContainEqual(["identity_pool.create", "pool-ci", "keymoor:seed"]);
    await apply(seed("another"));
    expect(await read.identityPools()).toEqual([made]);
  });

  it("changes nothing the second time", async () => {
    const { apply, read, events } = await open();
    const seed = { serviceAccounts: [{ id: "sa-1", name: "app" }], connections: [openai("c1")] };
    await apply(seed);
    const before = [await read.connection(inPlace, "c1"), await read.principals(), await events()];
    await apply({ ...seed, connections: [openai("c1", "sk-another-secret")] });
    expect([await read.connection(inPlace, "c1"), await read.principals(), await events()]).toEqual(before);
  });

  it("moves a region that exists to where the file says it is reached, and nothing else of it", async () => {
    const { apply, read, events } = await open();
    const [first, second] = await read.regions();
    const moved = {
      cloud: "AWS",
      region: "eu-west-1",
      endpoint: "http://localhost:8091",
      listen: "::1:8091",
    };
    await apply({ regions: [moved] });
    expect(await read.regions()).toEqual([
      first,
      { ...second, endpoint: "http://localhost:8091", listen: "::1:8091" },
    ]);
    const before = await events();
    expect(before[0]).toEqual(["region.update", "aws.eu-west-1", "keymoor:seed"]);
    await apply({ regions: [moved] });
    await apply({});
    expect(await events()).toEqual(before);
    await apply({ regions: [{ cloud: "aws", region: "eu-west-1" }] });
    expect(await read.regions()).toEqual([first, second]);
  });

  it("does not bring back what was deleted since", async () => {
    const { apply, read, services } = await open();
    await apply({ connections: [openai("c1")] });
    const connection = await read.connection(inPlace, "c1");
    await services.store.write([{ do: "delete_connection", uid: connection?.uid ?? "" }]);
    await apply({ connections: [openai("c1")] });
    expect(await read.connection(inPlace, "c1")).toBeUndefined();
  });

  it("leaves alone what others made, and remembers it, so that it stays deleted once it is", async () => {
    const { apply, read, services } = await open();
    await apply({ connections: [openai("c1")] });
    const mine = await read.connection(inPlace, "c1");
    const { store } = services;
    expect(await store.read.isSeeded("environment", environmentId)).toBe(false);
    await apply({ environments: [{ id: environmentId, name: "renamed in the file" }] });
    expect(await read.environment(environmentId)).toMatchObject({ name: "default" });
    expect(await store.read.isSeeded("environment", environmentId)).toBe(true);
    expect(await read.connection(inPlace, "c1")).toEqual(mine);
  });

  it("adds a role that was added to somebody who exists", async () => {
    const { apply, read } = await open();
    await apply({ serviceAccounts: [{ id: "sa-1", name: "app" }] });
    await apply({
      serviceAccounts: [
        { id: "sa-1", name: "app", roles: [{ role: "FlinkAdmin", environment: environmentId }] },
      ],
    });
    expect(await read.roleBindings("sa-1")).toHaveLength(1);
  });

  it("takes an Assigner on a service account of the database or of the file, wherever it stands", async () => {
    const { apply, read } = await open();
    await apply({ serviceAccounts: [{ id: "sa-old", name: "old" }] });
    const assigner = (serviceAccount: string) => ({ role: "Assigner" as const, serviceAccount });
    await apply({
      users: [{ id: "u-1", email: "a@b.c", roles: [assigner("sa-old"), assigner("sa-new")] }],
      serviceAccounts: [
        { id: "sa-first", name: "first", roles: [assigner("sa-new")] },
        { id: "sa-new", name: "new" },
      ],
    });
    expect((await read.roleBindings("u-1")).map(({ serviceAccountId }) => serviceAccountId).sort()).toEqual([
      "sa-new",
      "sa-old",
    ]);
    expect(await read.roleBindings("sa-first")).toMatchObject([{ serviceAccountId: "sa-new" }]);
  });

  it("keeps a reference in a credential as a reference", async () => {
    const reference = "${env:OPENAI_KEY}";
    const { apply, read, services } = await open({ OPENAI_KEY: "sk-from-outside" });
    await apply({ connections: [openai("c1", reference)] });
    const connection = await read.connection(inPlace, "c1");
    const credential = await read.credential(connection?.uid ?? "", 1);
    if (connection === undefined) throw new Error("the seed made no connection");
    const sealed = services.vault.open(credential?.sealed ?? new Uint8Array(), bindingOf(connection, 1));
    expect(sealed["api-key"]).toMatchObject({ reference });
  });

  it("reads a password or key secret from the environment or a file, only when it is needed", async () => {
    const { apply, services, folder } = await open();
    const other = mkdtempSync(join(tmpdir(), "keymoor-seed-"));
    onTestFinished(() => rmSync(other, { recursive: true, force: true }));
    writeFileSync(join(other, "key"), "from-file\n");
    const keys = (text: string) => ({
      apiKeys: [{ id: "K", secret: new Secret(text), owner: "u-orgadmin" }],
    });
    const [fromFile, fromEnv] = ["${file:key}", "${env:KEY}"];
    await apply(keys(fromFile), { folder: other });
    const key = await services.store.read.apiKey("K");
    expect(Buffer.from(key?.secretMac ?? []).equals(services.vault.mac("api_key", "from-file"))).toBe(true);
    // It exists by now, so nobody asks for the variable.
    await apply(keys(fromEnv), { folder, env: {} });
  });

  it.each<[string, Seed, string]>([
    [
      "another organization",
      { organization: { id: "o-2", name: "x" } },
      "organization.id: the data folder holds another organization",
    ],
    [
      "an unknown environment",
      { connections: [{ ...openai("c"), environment: "env-x" }] },
      'connections[0].environment: there is no environment "env-x"',
    ],
    [
      "an unknown region",
      { computePools: [{ id: "l", name: "n", ...place, region: "nowhere" }] },
      'computePools[0].region: there is no region "aws.nowhere"',
    ],
    [
      "an unknown owner",
      { apiKeys: [{ id: "K", secret: new Secret("s"), owner: "u-x" }] },
      'apiKeys[0].owner: there is no principal "u-x"',
    ],
    [
      "half a place",
      { apiKeys: [{ id: "K", secret: new Secret("s"), owner: "u-orgadmin", cloud: "aws" }] },
      "apiKeys[0]: a Flink key names environment, cloud and region",
    ],
    [
      "an id twice",
      {
        serviceAccounts: [
          { id: "sa-1", name: "a" },
          { id: "sa-1", name: "b" },
        ],
      },
      "serviceAccounts[1]: it is given twice; the first one is serviceAccounts[0].",
    ],
    [
      "one address twice",
      {
        users: [
          { id: "u-1", email: "dev@example.com" },
          { id: "u-2", email: "Dev@Example.com" },
        ],
      },
      "users[1].email: it is given twice; the first one is users[0].email.",
    ],
    [
      "the address of somebody who is there",
      { users: [{ id: "u-2", email: "U-OrgAdmin@example.com" }] },
      'users[0].email: user "u-orgadmin" has this address already.',
    ],
    [
      "an OrganizationAdmin of an environment",
      {
        serviceAccounts: [
          { id: "sa-1", name: "a", roles: [{ role: "OrganizationAdmin", environment: environmentId }] },
        ],
      },
      "serviceAccounts[0].roles[0].environment: an OrganizationAdmin is bound to the whole",
    ],
    [
      "an EnvironmentAdmin of the whole organization",
      { serviceAccounts: [{ id: "sa-1", name: "a", roles: [{ role: "EnvironmentAdmin" }] }] },
      "serviceAccounts[0].roles[0].environment: an EnvironmentAdmin is bound to an environment.",
    ],
    [
      "an Assigner on nobody",
      { serviceAccounts: [{ id: "sa-1", name: "a", roles: [{ role: "Assigner" }] }] },
      "serviceAccounts[0].roles[0].serviceAccount: the role Assigner names a service account",
    ],
    ...["sa-x", "u-orgadmin", "u-1"].map((serviceAccount): [string, Seed, string] => [
      `an Assigner on ${serviceAccount}, which is no service account`,
      {
        users: [{ id: "u-1", email: "a@b.c", roles: [{ role: "Assigner", serviceAccount }] }],
      },
      `users[0].roles[0].serviceAccount: there is no service account "${serviceAccount}"`,
    ]),
    [
      "an identity pool for nobody",
      { identityPools: [{ ...identityPool, serviceAccount: "sa-none" }] },
      'identityPools[0].serviceAccount: there is no service account "sa-none"',
    ],
    [
      "an identity pool that lets everybody in",
      { identityPools: [{ ...identityPool, claims: {} }] },
      "identityPools[0]: The identity pool names no claim, so that every token of the issuer would pass.",
    ],
    ["an unknown type", { connections: [{ ...openai("c"), type: "opnai" }] }, "connections[0]: "],
    [
      "an unknown option",
      { connections: [{ ...openai("c"), credential: { "ap-key": new Secret("canary") } }] },
      '"api-key"',
    ],
    [
      "a variable that is not set",
      { apiKeys: [{ id: "K", secret: new Secret("${env:NONE}"), owner: "u-orgadmin" }] },
      "apiKeys[0].secret: the environment variable NONE is not set.",
    ],
  ])("with %s is refused by name, and nothing of it is stored", async (_, seed, sentence) => {
    const { refusal, read, events } = await open();
    const before = [await read.principals(), await events()];
    const told = await refusal({ serviceAccounts: [{ id: "sa-good", name: "good" }], ...seed });
    expect(told).toContain("Seed file s.yaml, ");
    expect(told).toContain(sentence);
    expect(told).not.toContain("canary");
    expect([await read.principals(), await events()]).toEqual(before);
  });
});
