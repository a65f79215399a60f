import { afterEach, expect, test, vi } from "vitest";
import { createAddressPolicy } from "../../src/egress/address-policy.ts";
import { asFailure } from "../../src/egress/check/check-failure.ts";
import { mongodbLogin } from "../../src/egress/check/logins/mongodb.ts";
import { createProbes } from "../../src/egress/check/probe.ts";
import type { SrvResolver } from "../../src/egress/check/srv-lookup.ts";
import { Turns } from "../../src/egress/check/turns.ts";
import { makeCertificate } from "../../src/egress/fixtures/certificates.ts";
import { driverFile } from "../fixtures/driver-file.ts";
import { freePort } from "../fixtures/loopback.ts";
import { type ScramMongodb, type ScramMongodbOptions, startScramMongodb } from "../fixtures/scram-mongodb.ts";
import { checkDatabase, type DriverCheckOptions, startRawServer, stepsOf } from "./driver-check.ts";

const password = "pass=word,0123456789";

const check = (endpoint: string, more: Partial<DriverCheckOptions> = {}) =>
  checkDatabase("mongodb", endpoint, { password, ...more });

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

async function start(options: Partial<ScramMongodbOptions> = {}): Promise<ScramMongodb> {
  const server = await startScramMongodb({ user: "app", password, ...options });
  closing.push(() => server.close());
  return server;
}

test("the right password logs in, and nothing else is asked for", async () => {
  const server = await start();
  const result = await check(`mongodb://db.example:${server.port}/`);
  expect(result).toMatchObject({
    outcome: "accepted",
    detail: "Logged in; the connection was not encrypted",
    certificateExpiresAt: null,
  });
  expect(stepsOf(result)).toBe("lookup connect -tls login");
  expect(server.commands).toEqual(["ismaster", "saslContinue"]);
  expect(server.connections()).toBe(1);
});

test.each([
  [undefined, "Refused by the database: user name or password is wrong"],
  [{ code: 8000, errmsg: "bad auth : secret-echo" }, "Refused by Atlas: user name or password is wrong"],
])("a wrong password is refused, in our words (%j)", async (failure, detail) => {
  const server = await start(failure === undefined ? {} : { failure });
  const result = await check(`mongodb://db.example:${server.port}/`, { password: "other-password" });
  expect(result).toMatchObject({ outcome: "refused", detail });
  expect(JSON.stringify(result)).not.toMatch(/secret-echo|other-password/);
});

test("the database that knows the user is authSource, else the one of the URL, else admin", async () => {
  const server = await start({ source: "users" });
  const at = `mongodb://db.example:${server.port}`;
  expect((await check(`${at}/orders?authSource=users`)).outcome).toBe("accepted");
  expect((await check(`${at}/users`)).outcome).toBe("accepted");
  expect((await check(`${at}/`)).outcome).toBe("refused");
  expect((await check(`${at}/orders`)).detail).toBe(
    'Refused by the database: user name or password is wrong, or it is not "orders" that knows the user: authSource in the endpoint can name another database',
  );
});

test("TLS is verified, with less if the endpoint asks for less", async () => {
  const authority = makeCertificate({ name: "Test CA" });
  const ca = authority.cert;
  const server = await start({
    tls: makeCertificate({ name: "db", issuer: authority, hosts: ["db.example"] }),
  });
  const at = (host: string, more = "") => `mongodb://${host}:${server.port}/?tls=true${more}`;
  const result = await check(at("db.example"), { ca });
  expect(result).toMatchObject({ outcome: "accepted", detail: "Logged in" });
  expect(stepsOf(result)).toBe("lookup connect tls login");
  expect(result.certificateExpiresAt).toBe("2049-01-01T00:00:00.000Z");
  expect((await check(at("db.example"))).detail).toMatch(/^Certificate is signed by an unknown authority/);
  expect((await check(at("other.example"), { ca })).detail).toBe(
    "Certificate is for another host: other.example",
  );
  expect((await check(at("other.example", "&tlsAllowInvalidHostnames=true"), { ca })).outcome).toBe(
    "accepted",
  );
  expect(await check(at("other.example", "&tlsInsecure=true"))).toMatchObject({
    outcome: "accepted",
    detail: "Logged in; the certificate was not verified, as the endpoint asks",
  });
});

test("a forbidden host among several keeps all of them from being dialled", async () => {
  const server = await start();
  const result = await check(`mongodb://db.example:${server.port},metadata.example/db`);
  expect(result).toMatchObject({ outcome: "unreachable", detail: "The address rule forbids this endpoint." });
  expect(server.connections()).toBe(0);
});

test("of several hosts the first that knows users decides", async () => {
  const arbiter = await start({ hello: { arbiterOnly: true, isWritablePrimary: false, setName: "rs0" } });
  const member = await start({ hello: { setName: "rs0" } });
  const hosts = `db.example:${await freePort()},db.example:${arbiter.port},db.example:${member.port}`;
  expect((await check(`mongodb://${hosts}/?replicaSet=rs0`)).outcome).toBe("accepted");
  expect(await check(`mongodb://db.example:${arbiter.port}/`)).toMatchObject({ outcome: "cannot_tell" });
});

test("a host of another replica set is not the one that was meant", async () => {
  const server = await start({ hello: { setName: "rs0" } });
  expect((await check(`mongodb://db.example:${server.port}/?replicaSet=rs1`)).detail).toBe(
    `The host is not of the replica set that the endpoint names: db.example:${server.port}`,
  );
});

test("the server does not decide how long the password is hashed", async () => {
  const server = await start({ iterations: 300_000 });
  const result = await check(`mongodb://db.example:${server.port}/`);
  expect(result).toMatchObject({
    outcome: "cannot_tell",
    detail: "The server asks for more work than a login may take",
  });
  expect(server.commands).not.toContain("saslContinue");
});

test.each(["MONGODB-AWS", "MONGODB-OIDC", "GSSAPI", "MONGODB-X509"])(
  "authMechanism=%s finds its credential by itself, so it is not tried",
  async (mechanism) => {
    const server = await start();
    const result = await check(`mongodb://db.example:${server.port}/?authMechanism=${mechanism}`);
    expect(result.outcome).toBe("cannot_tell");
    expect(server.connections()).toBe(0);
  },
);

test("the driver writes no log, whatever the environment says", async () => {
  vi.stubEnv("MONGODB_LOG_ALL", "trace");
  const written = vi.spyOn(process.stderr, "write");
  const server = await start();
  await check(`mongodb://db.example:${server.port}/`);
  expect(written).not.toHaveBeenCalled();
  written.mockRestore();
});

test("a dead port and a name that does not exist", async () => {
  const port = await freePort();
  expect((await check(`mongodb://db.example:${port}/`)).detail).toBe(
    `Connection refused: db.example:${port}`,
  );
  expect((await check("mongodb://gone.invalid/")).detail).toBe("Lookup failed: gone.invalid");
});

test("a server that hangs is left after its time", async () => {
  const server = await startRawServer();
  closing.push(() => server.close());
  const result = await check(`mongodb://db.example:${server.port}/`, { stepTimeoutMs: 100 });
  expect(result).toMatchObject({
    outcome: "unreachable",
    detail: `No answer in time: db.example:${server.port} (0.1 seconds)`,
  });
  await server.untilLeft();
});

test("a server that speaks another protocol", async () => {
  const server = await startRawServer(Buffer.from("HTTP/1.1 400 secret-echo\r\n\r\n"));
  closing.push(() => server.close());
  const result = await check(`mongodb://db.example:${server.port}/`, { stepTimeoutMs: 300 });
  expect(["unreachable", "cannot_tell"]).toContain(result.outcome);
  expect(result.detail).not.toContain("secret-echo");
  await server.untilLeft();
});

test("a server that sends without end is left", async () => {
  const start = Buffer.from([0, 0, 0, 2]); // a message of 32 MiB, which the driver would wait for
  const server = await startRawServer(Buffer.concat([start, Buffer.alloc(1024 * 1024)]));
  closing.push(() => server.close());
  const result = await check(`mongodb://db.example:${server.port}/`);
  expect(result.detail).toBe(
    `The service answered, but not as a MongoDB server does: db.example:${server.port}`,
  );
  await server.untilLeft();
});

/** A check of a mongodb+srv URL with a DNS of ours. */
async function checkSrv(endpoint: string, dns: Partial<SrvResolver>) {
  const signal = new AbortController().signal;
  const policy = createAddressPolicy({
    allow: ["127.0.0.1"],
    allowPrivate: false,
    own: () => [],
    lookup: async (name) => [
      { address: name.includes("metadata") ? "169.254.169.254" : "127.0.0.1", family: 4 },
    ],
  });
  const { createSecureContext } = await import("node:tls");
  const secureContext = createSecureContext();
  const probes = createProbes({ policy, secureContext, stepTimeoutMs: 2000, signal });
  const login = mongodbLogin(() => ({
    resolveSrv: async () => [],
    resolveTxt: async () => [],
    cancel: () => {},
    ...dns,
  }));
  const values = { username: "app", password };
  try {
    const turns = new Turns(1);
    return await login({ endpoint, values, probes, driverFile, turns, signal });
  } catch (error) {
    const { outcome, message } = asFailure(error);
    return { outcome, detail: message };
  } finally {
    probes.close();
  }
}

test("mongodb+srv asks DNS for the hosts, and for the database that knows the user", async () => {
  const server = await start({ source: "users", hello: { setName: "rs0" } });
  const asked: string[] = [];
  const result = await checkSrv("mongodb+srv://cluster0.abc.example/db?tls=false", {
    resolveSrv: async (name) => {
      asked.push(name);
      return [{ name: "shard-00.abc.example.", port: server.port, priority: 0 }];
    },
    resolveTxt: async (name) => {
      asked.push(name);
      return [["authSource=us", "ers&replicaSet=rs0"]];
    },
  });
  expect(result.outcome).toBe("accepted");
  expect(asked).toEqual(["_mongodb._tcp.cluster0.abc.example", "cluster0.abc.example"]);
});

test.each([
  ["another domain", "mongodb+srv://cluster0.abc.example", "shard.evil.example", []],
  ["a domain that ends alike", "mongodb+srv://cluster0.abc.example", "shard.xabc.example", []],
  ["the parent itself", "mongodb+srv://cluster0.abc.example", "abc.example", []],
  ["not below a short name", "mongodb+srv://abc.example", "other.example", []],
  ["options that DNS may not set", "mongodb+srv://c.abc.example", "s.abc.example", [["tls=false"]]],
  ["two TXT records", "mongodb+srv://c.abc.example", "s.abc.example", [["authSource=a"], ["authSource=b"]]],
  ["a forbidden address", "mongodb+srv://c.abc.example/?tls=false", "metadata.abc.example", []],
])("an SRV record with %s is not followed", async (_what, endpoint, host, texts) => {
  const server = await start();
  const result = await checkSrv(endpoint, {
    resolveSrv: async () => [{ name: host, port: server.port, priority: 0 }],
    resolveTxt: async () => texts,
  });
  expect(result.outcome).toBe("unreachable");
  expect(result.detail).toMatch(
    /^The (SRV record names a host of another domain|TXT record is none|address rule)/,
  );
  expect(server.connections()).toBe(0);
});

test("a name without SRV records", async () => {
  expect(await checkSrv("mongodb+srv://c.abc.example/", {})).toEqual({
    outcome: "unreachable",
    detail: "Lookup failed: no SRV record of c.abc.example",
  });
});
