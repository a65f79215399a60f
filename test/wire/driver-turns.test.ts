import { createSecureContext } from "node:tls";
import { expect, test } from "vitest";
import { createAddressPolicy } from "../../src/egress/address-policy.ts";
import { loginMongodb } from "../../src/egress/check/logins/mongodb.ts";
import { loginPostgresql } from "../../src/egress/check/logins/postgresql.ts";
import { createProbes } from "../../src/egress/check/probe.ts";
import { NoTurn, Turns } from "../../src/egress/check/turns.ts";
import { driverFile } from "../fixtures/driver-file.ts";
import { startRawServer } from "./driver-check.ts";

test.each([
  ["PostgreSQL", loginPostgresql, "jdbc:postgresql"],
  ["MongoDB", loginMongodb, "mongodb"],
])("a login to %s that waits for its turn has no connection yet", async (_what, login, scheme) => {
  const server = await startRawServer();
  const ending = new AbortController();
  const { signal } = ending;
  const lookup = async () => [{ address: "127.0.0.1", family: 4 }];
  const policy = createAddressPolicy({ allow: ["127.0.0.1"], allowPrivate: false, own: () => [], lookup });
  const probes = createProbes({ policy, secureContext: createSecureContext(), stepTimeoutMs: 2000, signal });
  const turns = new Turns(0);
  const take = turns.take.bind(turns);
  turns.take = (...args) => {
    const taken = take(...args);
    ending.abort();
    return taken;
  };
  const endpoint = `${scheme}://db.example:${server.port}/db`;
  const values = { username: "app", password: "password" };
  await expect(login({ endpoint, values, probes, driverFile, turns, signal })).rejects.toThrow(NoTurn);
  expect(probes.steps.map(({ name }) => name)).toEqual(["lookup"]);
  await server.close();
  expect(server.connections()).toBe(0);
});
