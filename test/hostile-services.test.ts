import { createServer as createTlsServer } from "node:tls";
import { afterAll, beforeAll, expect, it } from "vitest";
import { makeCertificate } from "../src/egress/fixtures/certificates.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import {
  connectionBody,
  keymoorV1,
  makeFolder,
  type RunningServer,
  seeded,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";
import { startRawServer } from "./wire/driver-check.ts";

// Any of these answers once ended the server, or kept it from everyone else. The connections lie in the database, so it would
// have ended again after every start.

const { folder, remove } = makeFolder();
const closing: (() => unknown)[] = [];
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(folder, { KEYMOOR_VERIFY: "on" });
}, 60_000);
afterAll(async () => {
  await server.end("SIGKILL");
  for (const close of closing) await close();
  remove();
});

async function raw(answer: Buffer): Promise<number> {
  const service = await startRawServer(answer);
  closing.push(() => service.close());
  return service.port;
}

/** Answers with a chain whose authority expires at no time that can be read. */
async function oddChain(): Promise<number> {
  const authority = makeCertificate({ name: "Odd CA", notAfter: "nothing-of-it" });
  const { cert, key } = makeCertificate({
    name: "db",
    issuer: authority,
    hosts: ["localhost"],
    notAfter: new Date("2024-05-01T00:00:00Z"),
  });
  const service = createTlsServer({ cert: cert + authority.cert, key }, (socket) =>
    socket.on("error", () => {}),
  );
  service.on("tlsClientError", () => {});
  closing.push(() => service.close());
  return (await listenOnLoopback(service)).port;
}

/** MongoDB's head of a message: length, two ids, opcode. */
function mongodbHead(length: number, opcode: number): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.writeInt32LE(length, 0);
  bytes.writeInt32LE(1, 8);
  bytes.writeInt32LE(opcode, 12);
  return bytes;
}

it("outlives the checks of services that answer with anything", async () => {
  const jdbc = async (answer: Buffer): Promise<[string, string]> => [
    "CONFLUENT_JDBC",
    `jdbc:postgresql://127.0.0.1:${await raw(answer)}/db?sslmode=disable`,
  ];
  const mongodb = async (answer: Buffer): Promise<[string, string]> => [
    "MONGODB",
    `mongodb://127.0.0.1:${await raw(answer)}/db?tls=false`,
  ];
  const evil: Record<string, [string, string]> = {
    short: await jdbc(Buffer.from([0x52, 0, 0, 0, 4])),
    endless: await jdbc(Buffer.concat([Buffer.from("E"), Buffer.from([0, 0, 0, 8]), Buffer.from("SFAT")])),
    nothing: await mongodb(mongodbHead(0, 2013)),
    head: await mongodb(mongodbHead(16, 2013)),
    old: await mongodb(mongodbHead(64, 1)),
    other: await mongodb(mongodbHead(64, 9999)),
    undated: ["REST", `https://localhost:${await oddChain()}/`],
  };
  for (const [name, [type, endpoint]] of Object.entries(evil)) {
    const body = connectionBody(name, "", type, endpoint);
    body.spec.auth_data.data = JSON.stringify({ USERNAME: "app", PASSWORD: "secret-0123456789" });
    const created = await server.send("POST", `${sqlV1}/connections`, body, seeded.flinkKey);
    expect([name, created.status]).toEqual([name, 201]);
  }
  // The first check comes by itself.
  for (const name of Object.keys(evil)) {
    for (;;) {
      const { text } = await server.get(`${keymoorV1}/connections/${name}/checks`, seeded.flinkKey);
      const [check] = JSON.parse(text).data;
      if (check !== undefined) {
        expect([name, check.phase]).toEqual([name, "UNREACHABLE"]);
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  expect((await server.get("/health")).status).toBe(200);
  expect(server.process.exitCode).toBeNull();
  expect(server.output()).not.toMatch(/uncaught|secret-0123456789/i);
}, 60_000);
