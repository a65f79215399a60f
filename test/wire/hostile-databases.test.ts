import { BSON } from "mongodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkDatabase, startRawServer } from "./driver-check.ts";

// What a service answers to a login must at worst be a verdict: not an exception in an event, not a loop, not all memory.

const password = "pw-secret-0123456789";
const uncaught: unknown[] = [];
const note = (error: unknown): void => void uncaught.push(error);

beforeAll(() => {
  process.on("uncaughtExceptionMonitor", note).on("unhandledRejection", note);
});
afterAll(() => {
  process.off("uncaughtExceptionMonitor", note).off("unhandledRejection", note);
  expect(uncaught).toEqual([]);
});

type Database = "postgresql" | "mongodb";

async function checkAnswer(
  database: Database,
  answer: Parameters<typeof startRawServer>[0],
  stepTimeoutMs = 5000,
) {
  const server = await startRawServer(answer);
  try {
    const at = `db.example:${server.port}/db`;
    const result =
      database === "postgresql"
        ? await checkDatabase("confluent_jdbc", `jdbc:postgresql://${at}?sslmode=disable`, {
            password,
            stepTimeoutMs,
          })
        : await checkDatabase("mongodb", `mongodb://${at}?tls=false`, { password, stepTimeoutMs });
    expect(JSON.stringify(result)).not.toContain("secret");
    await server.untilLeft();
    return result;
  } finally {
    await server.close();
  }
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function packet(kind: string, body: Buffer | string = ""): Buffer {
  const bytes = Buffer.from(body);
  return Buffer.concat([Buffer.from(kind), int32(bytes.length + 4), bytes]);
}

const authentication = (request: number, more = ""): Buffer =>
  packet("R", Buffer.concat([int32(request), Buffer.from(more)]));

const notPostgresql = /^The service answered, but not as a PostgreSQL server does: db\.example:\d+$/;

test.each<[string, Buffer]>([
  ["a length of 0", Buffer.from([0x52, 0, 0, 0, 0, 0x45, 0, 0, 0, 0])],
  ["a negative length", Buffer.from([0x52, 255, 255, 255, 255])],
  ["a length of 3", Buffer.from([0x52, 0, 0, 0, 3])],
  ["a length of a gigabyte", Buffer.from([0x52, 0x40, 0, 0, 0])],
  ["an empty authentication", packet("R")],
  ["an error without an end", packet("E", "SFATAL")],
  ["an error without fields or an end", packet("E")],
  ["a notice whose last text is not ended", packet("N", "SFATAL\0C0")],
  ["a setting without texts", packet("S")],
  ["a setting without a value", packet("S", "name\0")],
  ["mechanisms without an end", authentication(10, "SCRAM-SHA-256")],
  ["a key that is cut off", packet("K")],
  ["two requests for the password", Buffer.concat([authentication(5, "salt"), authentication(5, "salt")])],
  ["a login without an end to the authentication", packet("Z", "I")],
  ["rows", packet("T", Buffer.from([0x7f, 0xff]))],
  ["a row before the login", packet("D", Buffer.from([0, 1]))],
  ["a copy", Buffer.concat([authentication(0), packet("G", Buffer.from([0, 0xff, 0xff]))])],
])("PostgreSQL: %s", async (_what, answer) => {
  const result = await checkAnswer("postgresql", answer);
  expect(result.outcome).toBe("unreachable");
  expect(result.detail).toMatch(notPostgresql);
});

test.each<[string, Buffer]>([
  ["an answer to no question", authentication(11, "r=,s=,i=")],
  ["an end to no question", authentication(12, "v=xx")],
  ["a mechanism that the driver has not", authentication(10, "NONE\0\0")],
  ["a login by Kerberos", authentication(7)],
  ["a salt that is cut off", authentication(5)],
])("PostgreSQL: %s", async (_what, answer) => {
  expect((await checkAnswer("postgresql", answer, 1000)).outcome).not.toBe("accepted");
});

test("a server without TLS does not get the password in clear text", async () => {
  const received: Buffer[] = [];
  const answer = (chunk: Buffer): Buffer => {
    received.push(chunk);
    return received.length === 1 ? Buffer.from("N") : authentication(3);
  };
  const server = await startRawServer(answer);
  const result = await checkDatabase("confluent_jdbc", `jdbc:postgresql://db.example:${server.port}/db`, {
    password,
  });
  expect(result).toMatchObject({
    outcome: "cannot_tell",
    detail:
      "Not sent: the server asks for the password in clear text, and the connection is not encrypted; add sslmode=require to the endpoint",
  });
  await server.untilLeft();
  expect(Buffer.concat(received).toString("latin1")).not.toContain(password);
  await server.close();
});

test("authMechanism=PLAIN is not tried without TLS", async () => {
  const server = await startRawServer();
  const endpoint = `mongodb://db.example:${server.port}/?tls=false&authMechanism=PLAIN`;
  expect(await checkDatabase("mongodb", endpoint, { password })).toMatchObject({
    outcome: "cannot_tell",
    detail: expect.stringContaining("add tls=true to the endpoint"),
  });
  expect(server.connections()).toBe(0);
  await server.close();
});

const hello = {
  ok: 1,
  maxWireVersion: 21,
  minWireVersion: 0,
  helloOk: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 1000,
};

interface Oddity {
  readonly length?: number;
  readonly opcode?: number;
  readonly flags?: number;
  readonly kind?: number;
  readonly count?: number;
  readonly body?: Uint8Array;
}

/** An answer to the message that was received, with something wrong in it. */
function reply(document: object, { length, opcode = 2013, flags = 0, kind = 0, count, body }: Oddity = {}) {
  return (asked: Buffer): Buffer => {
    const bytes = body ?? BSON.serialize(document);
    const before = count === undefined ? Buffer.alloc(5) : Buffer.alloc(20);
    if (count === undefined) {
      before.writeUInt32LE(flags);
      before[4] = kind;
    } else before.writeInt32LE(count, 16);
    const head = Buffer.alloc(16);
    head.writeInt32LE(length ?? 16 + before.length + bytes.length, 0);
    head.writeInt32LE(asked.readInt32LE(4), 8);
    head.writeInt32LE(opcode, 12);
    return Buffer.concat([head, before, bytes]);
  };
}

const notMongodb = /^The service answered, but not as a MongoDB server does: db\.example:\d+$/;

test.each<[string, Oddity]>([
  ["a length of 0", { length: 0 }],
  ["a negative length", { length: -5 }],
  ["a length of 5", { length: 5 }],
  ["a length of 16", { length: 16 }],
  ["a length of 20", { length: 20 }],
  ["a length of two gigabytes", { length: 0x7fffffff }],
  ["opcode 9999", { opcode: 9999 }],
  ["a compressed answer", { opcode: 2012 }],
  ["an old answer where a new one is", { opcode: 1 }],
  ["two thousand million documents", { opcode: 1, count: 0x7fffffff }],
  ["a negative number of documents", { opcode: 1, count: -1 }],
  ["no document", { opcode: 1, count: 0 }],
  ["a list of documents", { kind: 1 }],
  ["a section of no kind", { kind: 9 }],
  ["a checksum that is none", { flags: 1 }],
  ["more to come", { flags: 2 }],
  ["a document longer than the message", { body: Buffer.from([255, 255, 255, 127, 0, 0]) }],
])("MongoDB: %s", async (_what, oddity) => {
  const result = await checkAnswer("mongodb", reply(hello, oddity));
  expect(result.outcome).toBe("unreachable");
  expect(result.detail).toMatch(notMongodb);
});

test.each<[string, object]>([
  ["versions that are texts", { ...hello, maxWireVersion: "x", saslSupportedMechs: 5 }],
  ["a payload that is a number", { ...hello, speculativeAuthenticate: { payload: 5 } }],
  ["a topology that is a number", { ...hello, topologyVersion: 5, hosts: 7, setName: {} }],
  [
    "a salt of nothing",
    {
      ...hello,
      speculativeAuthenticate: { conversationId: 1, done: false, payload: Buffer.from("r=,s=,i=1") },
    },
  ],
  ["compression and odd times", { ...hello, compression: ["zlib"], $clusterTime: 5, serviceId: 5 }],
  ["names of functions", { ok: 1, toString: 1, valueOf: 2 }],
  ["an error with a secret", { ok: 0, code: 18_000, errmsg: password, errorLabels: 5 }],
  ["an error that is a document", { ok: 0, code: { a: 1 }, errmsg: {}, topologyVersion: 3, errInfo: 1 }],
])("MongoDB: %s", async (_what, document) => {
  expect((await checkAnswer("mongodb", reply(document), 1000)).outcome).not.toBe("accepted");
});

/** Deterministic: https://en.wikipedia.org/wiki/Xorshift */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Some bytes changed, cut off or repeated. */
function mutated(bytes: Buffer, random: (below: number) => number): Buffer {
  const copy = Buffer.from(bytes);
  for (let changes = 1 + random(4); changes > 0; changes--) copy[random(copy.length)] = random(256);
  const cut = random(4) === 0 ? copy.subarray(0, random(copy.length)) : copy;
  return random(4) === 0 ? Buffer.concat([cut, copy]) : cut;
}

test.each<[Database, number]>([
  ["postgresql", 20_261_120],
  ["mongodb", 4_711],
])(
  "%s: hundreds of answers at random never end the process",
  async (database, seed) => {
    const random = randomNumbers(seed);
    const login = Buffer.concat([
      authentication(10, "SCRAM-SHA-256\0\0"),
      authentication(0),
      packet("S", "server_version\x0017\0"),
      packet("K", Buffer.alloc(8)),
      packet("N", "SNOTICE\0C00000\0Mhello\0\0"),
      packet("Z", "I"),
    ]);
    const answerAtRandom = (asked: Buffer): Buffer => {
      if (random(8) === 0) return Buffer.from(Array.from({ length: 1 + random(200) }, () => random(256)));
      if (database === "postgresql") return mutated(login, random);
      return mutated(reply(hello, random(2) === 0 ? {} : { opcode: 1, count: 1 })(asked), random);
    };
    const outcomes: string[] = [];
    const one = async (): Promise<void> => {
      const { outcome } = await checkAnswer(database, answerAtRandom, 100);
      outcomes.push(outcome);
    };
    for (let round = 0; round < 75; round++) await Promise.all([one(), one(), one(), one()]);
    expect(outcomes).toHaveLength(300);
  },
  60_000,
);
