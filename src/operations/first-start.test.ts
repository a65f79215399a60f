import { expect, test } from "vitest";
import { Secret } from "../secret.ts";
import { firstStartText } from "../start/first-start-text.ts";
import { firstStart } from "./first-start.ts";

test("a first start invents everything a server needs, with ids like Confluent's", () => {
  const { seed, admin } = firstStart({});
  expect(seed.organization?.id).toMatch(/^[0-9a-f]{8}-/);
  expect(seed.environments).toEqual([{ id: expect.stringMatching(/^env-[a-z0-9]{6}$/), name: "default" }]);
  expect(seed.regions).toEqual([{ cloud: "aws", region: "us-east-1" }]);
  expect(seed.computePools?.[0]?.id).toMatch(/^lfcp-[a-z0-9]{6}$/);
  expect(admin?.userId).toMatch(/^u-[a-z0-9]{6}$/);
  expect(admin?.cloudKey.id).toMatch(/^[A-Z0-9]{16}$/);
  expect(admin?.flinkKey.secret.reveal()).toMatch(/^[A-Za-z0-9]{64}$/);
  expect(seed.apiKeys?.map(({ environment }) => environment)).toEqual([undefined, admin?.environmentId]);
});

test("no two first starts invent the same", () => {
  const [one, other] = [firstStart({}), firstStart({})];
  expect(one.admin?.flinkKey.secret.reveal()).not.toBe(other.admin?.flinkKey.secret.reveal());
  expect(one.seed.organization?.id).not.toBe(other.seed.organization?.id);
});

test("a seed with users gets no administrator, and what it says stands", () => {
  const given = { environments: [{ id: "env-1", name: "e" }], users: [{ id: "u-1", email: "a@b.c" }] };
  const { seed, admin } = firstStart(given);
  expect(admin).toBeUndefined();
  expect(seed.users).toEqual(given.users);
  expect(seed.environments).toEqual(given.environments);
  expect(seed.apiKeys).toBeUndefined();
  expect(seed.computePools?.[0]).toMatchObject({ environment: "env-1", cloud: "aws", region: "us-east-1" });
});

test("a seed without users keeps its keys beside those of the administrator", () => {
  const { seed, admin } = firstStart({ environments: [{ id: "env-1", name: "mine" }] });
  expect(admin).toMatchObject({ environmentId: "env-1", environmentName: "mine" });
  expect(seed.apiKeys).toHaveLength(2);
});

test("the block of the first start has lines to paste for curl, the CLI and Terraform", () => {
  const { admin } = firstStart({});
  if (admin === undefined) throw new Error("an administrator is invented");
  const link = new Secret("http://127.0.0.1:8090/sign-in#kml_i-1.x");
  const text = firstStartText(admin, "http://127.0.0.1:8090", link);
  for (const word of [
    "curl -u ",
    "confluent login --url http://127.0.0.1:8090/confluent.cloud",
    "FLINK_API_SECRET=",
  ]) {
    expect(text).toContain(word);
  }
  for (const secret of [link, admin.password, admin.cloudKey.secret, admin.flinkKey.secret]) {
    expect(text).toContain(secret.reveal());
  }
});
