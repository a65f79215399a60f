import { afterEach, expect, test } from "vitest";
import { requireConnectionType } from "../../connections/connection-type.ts";
import { createAddressPolicy } from "../address-policy.ts";
import { createDialler } from "../dialler.ts";
import { startService } from "../fixtures/service.ts";
import { defaultLimits } from "../limits.ts";
import { endpointLead } from "./endpoint-lead.ts";
import { createProbes } from "./probe.ts";
import { reach } from "./reach.ts";
import type { SrvResolver } from "./srv-lookup.ts";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const couchbase = requireConnectionType("couchbase");

const dnsOf = (resolveSrv: SrvResolver["resolveSrv"]): SrvResolver => ({
  resolveSrv,
  resolveTxt: async () => [],
  cancel: () => {},
});

async function probesAnd(
  hosts: Readonly<Record<string, string>>,
  signal: AbortSignal = new AbortController().signal,
) {
  const service = await startService((_request, response) => response.end());
  closing.push(() => service.close());
  const policy = createAddressPolicy({
    allow: ["127.0.0.0/8"],
    allowPrivate: false,
    own: () => [],
    lookup: async (host) => {
      const address = hosts[host];
      return address === undefined ? [] : [{ address, family: 4 }];
    },
  });
  const { secureContext } = createDialler({ policy, ca: undefined, limits: defaultLimits });
  const probes = createProbes({ policy, secureContext, stepTimeoutMs: 2000, signal });
  closing.push(async () => probes.close());
  return { probes, service };
}

test("a cluster's name leads to the servers of its DNS record, in the order of their priority", async () => {
  const { probes, service } = await probesAnd({ "a.cb.example": "127.0.0.2", "b.cb.example": "127.0.0.1" });
  const asked: string[] = [];
  const dns = dnsOf(async (name) => {
    asked.push(name);
    const { port } = service;
    return [
      { name: "b.cb.example.", port, priority: 2 },
      { name: "a.cb.example.", port, priority: 1 },
    ];
  });
  await reach(probes, couchbase, "couchbase://cb.example/bucket", () => dns);
  expect(asked).toEqual(["_couchbase._tcp.cb.example"]);
  expect(probes.steps.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    "lookup passed",
    "lookup passed",
    "lookup passed",
    "connect failed",
    "connect passed",
  ]);
  expect(probes.steps[0]?.detail).toBe("2 hosts in the SRV record");
});

test("the question for that record ends with the check, and is written down", async () => {
  const ending = new AbortController();
  const { probes } = await probesAnd({}, ending.signal);
  let cancelled = 0;
  const dns: SrvResolver = {
    ...dnsOf(() => new Promise(() => ending.abort())),
    cancel: () => {
      cancelled += 1;
    },
  };
  const reached = reach(probes, couchbase, "couchbase://cb.example", () => dns);
  await expect(reached).rejects.toThrow("The check was ended before it was done");
  expect(cancelled).toBe(1);
  expect(probes.steps).toMatchObject([{ name: "lookup", outcome: "failed" }]);
});

test("without such a record the name itself is looked up", async () => {
  const { probes } = await probesAnd({});
  const none = dnsOf(() => Promise.reject(new Error("ENOTFOUND")));
  await expect(reach(probes, couchbase, "couchbase://cb.example", () => none)).rejects.toMatchObject({
    outcome: "unreachable",
    message: "Lookup failed: cb.example",
  });
});

test("a list with one forbidden host reaches nobody", async () => {
  const { probes, service } = await probesAnd({ "good.example": "127.0.0.1", "bad.example": "10.0.0.1" });
  const endpoint = `couchbase://good.example:${service.port},bad.example:${service.port}`;
  await expect(reach(probes, couchbase, endpoint)).rejects.toMatchObject({
    message: "The address rule forbids this endpoint.",
  });
  expect(service.connections()).toBe(0);
});

const host = (name: string, port: number) => ({ host: name, port });

test.each([
  ["openai", "https://[2001:db8::1]:8443/v1", { places: [host("2001:db8::1", 8443)], tls: true }],
  ["openai", "HTTPS://API.example/v1", { places: [host("api.example", 443)], tls: true }],
  ["rest", "http://api.example", { places: [host("api.example", 80)], tls: false }],
  [
    "couchbase",
    "couchbases://cb.example",
    { places: [host("cb.example", 11207)], tls: true, srv: "_couchbases._tcp.cb.example" },
  ],
  ["couchbase", "couchbases://cb.example:1234", { places: [host("cb.example", 1234)], srv: undefined }],
  ["couchbase", "couchbase://a,[::1]:9", { places: [host("a", 11210), host("::1", 9)], srv: undefined }],
  ["confluent_jdbc", "jdbc:mysql://db/shop", { places: [host("db", 3306)], tls: false }],
  ["confluent_jdbc", "JDBC:sqlserver://db\\prod:1444;x=y", { places: [host("db", 1444)] }],
  ["confluent_jdbc", "jdbc:oracle:thin:@tcps://db:2484/s", { places: [host("db", 2484)] }],
  ["confluent_jdbc", "jdbc:oracle:thin:@db:1521:ORCL", { places: [host("db", 1521)] }],
  ["confluent_jdbc", "jdbc:db2://db:50000/shop", { places: [host("db", 50_000)] }],
])("%s at %s leads to its host and port", (type, endpoint, lead) => {
  expect(endpointLead(requireConnectionType(type), endpoint)).toMatchObject(lead);
});

test.each([
  ["confluent_jdbc", "jdbc:db2://db/shop"],
  ["confluent_jdbc", "jdbc:h2:mem"],
  ["confluent_jdbc", "jdbc:mysql://db:99999/shop"],
  ["confluent_jdbc", "jdbc:mysql://(port=1)/shop"],
  ["couchbase", "couchbase://a,,b"],
])("%s at %s names no host and port that can be read", (type, endpoint) => {
  expect(endpointLead(requireConnectionType(type), endpoint)).toBeUndefined();
});
