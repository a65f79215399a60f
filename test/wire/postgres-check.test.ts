import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { makeCertificate } from "../../src/egress/fixtures/certificates.ts";
import { freePort } from "../fixtures/loopback.ts";
import { type Postgres, startPostgres, whyNoPostgres } from "../fixtures/postgres.ts";
import { checkDatabase, type DriverCheckOptions, startRawServer, stepsOf } from "./driver-check.ts";

const authority = makeCertificate({ name: "Test CA" });
const ca = authority.cert;
const password = "pass word'\\0123456789";

const check = (endpoint: string, more: Partial<DriverCheckOptions> = {}) =>
  checkDatabase("confluent_jdbc", endpoint, { password, ...more });

const notAsked =
  "Logged in without being asked for the password: the server's rules (pg_hba.conf) admit this connection with any; the connection was not encrypted (sslmode=disable)";

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const close of closing.splice(0)) await close();
});

const why = whyNoPostgres();
describe.skipIf(why !== undefined)(`a real PostgreSQL${why === undefined ? "" : ` (${why})`}`, () => {
  let server: Postgres;
  let at = "";

  beforeAll(async () => {
    server = await startPostgres({
      user: "app",
      password,
      tls: makeCertificate({ name: "db", issuer: authority, hosts: ["db.example"] }),
      rules: [
        "hostssl template1 app 127.0.0.1/32 scram-sha-256",
        "hostnossl unencrypted app 127.0.0.1/32 scram-sha-256",
        "host plain app 127.0.0.1/32 password",
        "host postgres,nowhere all 127.0.0.1/32 scram-sha-256",
      ],
    });
    at = `jdbc:postgresql://db.example:${server.port}`;
  }, 60_000);
  afterAll(() => server.stop());

  test("the right password logs in", async () => {
    const result = await check(`${at}/postgres?sslmode=verify-full`, { ca });
    expect(result).toMatchObject({ outcome: "accepted", detail: 'Logged in to database "postgres"' });
    expect(stepsOf(result)).toBe("lookup connect tls tls login");
    expect(result.certificateExpiresAt).toBe("2049-01-01T00:00:00.000Z");
  });

  test("a wrong password is refused, in our words", async () => {
    const result = await check(`${at}/postgres`, { password: "wrong" });
    expect(result).toMatchObject({
      outcome: "refused",
      detail: "Refused by the database: user name or password is wrong",
    });
    expect(stepsOf(result)).toBe("lookup connect tls tls !login");
    expect(JSON.stringify(result)).not.toMatch(/app|FATAL/);
  });

  test("a user that does not exist is refused like a wrong password", async () => {
    const result = await check(`${at}/postgres`, { username: "stranger" });
    expect(result.outcome).toBe("refused");
  });

  test("a database that does not exist is named, unless its name is the user's", async () => {
    expect(await check(`${at}/nowhere`)).toMatchObject({
      outcome: "unreachable",
      detail: 'Database does not exist: "nowhere"',
    });
    const unnamed = await check(`${at}/`, { username: "nowhere" });
    expect(JSON.stringify(unnamed)).not.toContain("nowhere");
  });

  test.each([
    ["disable", "; the connection was not encrypted (sslmode=disable)"],
    ["allow", "; the connection was not encrypted (sslmode=allow)"],
    ["prefer", "; the certificate was not verified (sslmode=prefer)"],
    ["require", "; the certificate was not verified (sslmode=require)"],
    ["verify-ca", ""],
    ["verify-full", ""],
  ])("sslmode=%s logs in and says what it is worth", async (mode, remark) => {
    const result = await check(`${at}/postgres?sslmode=${mode}`, { ca });
    expect(result).toMatchObject({
      outcome: "accepted",
      detail: `Logged in to database "postgres"${remark}`,
    });
  });

  test("where the server takes encrypted connections only, an unencrypted one is told what to change", async () => {
    const refused = await check(`${at}/template1?sslmode=disable`);
    expect(refused).toMatchObject({
      outcome: "unreachable",
      detail:
        "The server admits no such connection (pg_hba.conf): it may take encrypted ones only; add sslmode=require to the endpoint",
    });
    for (const mode of ["allow", "prefer", "require"]) {
      expect((await check(`${at}/template1?sslmode=${mode}`)).outcome).toBe("accepted");
    }
  });

  test("where it takes unencrypted ones only, the driver's second try is made", async () => {
    expect(await check(`${at}/unencrypted?sslmode=prefer`)).toMatchObject({
      outcome: "unreachable",
      detail: 'Database does not exist: "unencrypted"',
    });
    expect((await check(`${at}/unencrypted?sslmode=require`)).detail).toMatch(
      /check the user name, the database/,
    );
  });

  test("a certificate of an unknown authority or for another host ends the check before the password is sent", async () => {
    const foreign = await check(`${at}/postgres?sslmode=verify-full`);
    expect(foreign).toMatchObject({
      outcome: "unreachable",
      detail: expect.stringMatching(/^Certificate is signed by an unknown authority: db\.example/),
    });
    expect(stepsOf(foreign)).toBe("lookup connect tls !tls -login");
    const other = `jdbc:postgresql://other.example:${server.port}/postgres`;
    expect((await check(`${other}?sslmode=verify-full`, { ca })).detail).toBe(
      "Certificate is for another host: other.example",
    );
    expect((await check(`${other}?sslmode=verify-ca`, { ca })).outcome).toBe("accepted");
    expect((await check(`${at}/postgres?sslmode=verify-ca`)).outcome).toBe("unreachable");
  });

  test("of several hosts the first that answers decides", async () => {
    const dead = await freePort();
    const hosts = `gone.invalid:1,db.example:${dead},db.example:${server.port}`;
    expect((await check(`jdbc:postgresql://${hosts}/postgres`)).outcome).toBe("accepted");
    const result = await check(`jdbc:postgresql://${hosts},x.example:1/postgres`, { password: "wrong" });
    expect(result.outcome).toBe("refused");
  });

  test("a password in clear text is what some servers ask for", async () => {
    expect((await check(`${at}/plain`, { password: "wrong" })).outcome).toBe("refused");
    expect((await check(`${at}/plain`)).detail).toBe('Database does not exist: "plain"');
  });

  test("the driver takes nothing from the environment", async () => {
    const poison = {
      PGPASSWORD: password,
      PGUSER: "app",
      PGDATABASE: "nowhere",
      PGHOST: "gone.invalid",
      PGPORT: "1",
    };
    const more = {
      PGOPTIONS: "-c nonsense=1",
      PGSSLMODE: "disable",
      PGSSLNEGOTIATION: "direct",
      PGAPPNAME: "x",
      NODE_PG_FORCE_NATIVE: "1",
    };
    for (const [name, value] of Object.entries({ ...poison, ...more })) vi.stubEnv(name, value);
    expect((await check(`${at}/postgres`)).outcome).toBe("accepted");
    expect((await check(`${at}/postgres`, { password: "" })).outcome).toBe("cannot_tell");
  });

  test("a server without TLS is what sslmode=prefer goes on with, and what require does not", async () => {
    const plain = await startPostgres({
      user: "app",
      password,
      rules: ["host all app 127.0.0.1/32 scram-sha-256"],
    });
    closing.push(() => plain.stop());
    const url = `jdbc:postgresql://db.example:${plain.port}/postgres`;
    const result = await check(url);
    expect(result).toMatchObject({
      outcome: "accepted",
      detail: 'Logged in to database "postgres"; the connection was not encrypted (sslmode=prefer)',
    });
    expect(stepsOf(result)).toBe("lookup connect tls login");
    expect((await check(`${url}?sslmode=allow`)).outcome).toBe("accepted");
    expect((await check(`${url}?sslmode=require`)).outcome).toBe("unreachable");
  });

  test("a server that trusts whoever connects says nothing of the password", async () => {
    const trusting = await startPostgres({
      user: "app",
      password,
      rules: ["host all app 127.0.0.1/32 trust"],
    });
    closing.push(() => trusting.stop());
    const url = `jdbc:postgresql://db.example:${trusting.port}/postgres?sslmode=disable`;
    expect(await check(url, { password: "wrong" })).toMatchObject({
      outcome: "cannot_tell",
      detail: notAsked,
    });
  });

  test("files that the URL names are not read", async () => {
    const files = "sslrootcert=/does/not/exist&sslkey=/does/not/exist&sslcert=/does/not/exist";
    expect((await check(`${at}/postgres?sslmode=require&${files}`)).outcome).toBe("accepted");
  });
});

test("a login for which no password was asked is none that tells", async () => {
  // AuthenticationOk and ReadyForQuery.
  const server = await startRawServer(Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]));
  closing.push(() => server.close());
  const result = await check(`jdbc:postgresql://db.example:${server.port}/db?sslmode=disable`);
  expect(result).toMatchObject({ outcome: "cannot_tell", detail: notAsked });
  expect(stepsOf(result)).toBe("lookup connect -tls login");
});

test("a forbidden host among several keeps all of them from being dialled", async () => {
  const server = await startRawServer();
  closing.push(() => server.close());
  const result = await check(`jdbc:postgresql://db.example:${server.port},metadata.example:5432/db`);
  expect(result).toMatchObject({ outcome: "unreachable", detail: "The address rule forbids this endpoint." });
  expect(server.connections()).toBe(0);
});

test("a dead port", async () => {
  const port = await freePort();
  expect(await check(`jdbc:postgresql://db.example:${port}/db`)).toMatchObject({
    outcome: "unreachable",
    detail: `Connection refused: db.example:${port}`,
  });
});

test.each(["", "?sslmode=disable"])("a server that hangs is left after its time (%j)", async (query) => {
  const server = await startRawServer();
  closing.push(() => server.close());
  const result = await check(`jdbc:postgresql://db.example:${server.port}/db${query}`, {
    stepTimeoutMs: 100,
  });
  expect(result).toMatchObject({
    outcome: "unreachable",
    detail: `No answer in time: db.example:${server.port} (0.1 seconds)`,
  });
  await server.untilLeft();
});

test.each([
  ["no TLS", "N", "?sslmode=require", "The server has no TLS, and sslmode asks for it"],
  ["more behind the S", "Sabc", "", "The service answered, but not as a PostgreSQL server does"],
  [
    "another protocol",
    "HTTP/1.1 400 secret-echo",
    "",
    "The service answered, but not as a PostgreSQL server does",
  ],
  [
    "another protocol",
    "HTTP/1.1 400 secret-echo",
    "?sslmode=disable",
    "The service answered, but not as a PostgreSQL server does",
  ],
])("a server with %s (%s%s)", async (_what, answer, query, detail) => {
  const server = await startRawServer(Buffer.from(answer));
  closing.push(() => server.close());
  const result = await check(`jdbc:postgresql://db.example:${server.port}/db${query}`, {
    stepTimeoutMs: 300,
  });
  expect(result).toMatchObject({ outcome: "unreachable", detail: `${detail}: db.example:${server.port}` });
});

test("a server that sends without end is left", async () => {
  // R, and a length of one gigabyte.
  const start = Buffer.from([0x52, 0x40, 0, 0, 0]);
  const server = await startRawServer(Buffer.concat([start, Buffer.alloc(1024 * 1024)]));
  closing.push(() => server.close());
  const result = await check(`jdbc:postgresql://db.example:${server.port}/db?sslmode=disable`);
  expect(result.detail).toBe(
    `The service answered, but not as a PostgreSQL server does: db.example:${server.port}`,
  );
  await server.untilLeft();
});
