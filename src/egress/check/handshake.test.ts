import { connect as dial, type Socket } from "node:net";
import { createSecureContext, createServer } from "node:tls";
import { afterEach, expect, test } from "vitest";
import { listenOnLoopback } from "../../../test/fixtures/loopback.ts";
import { makeCertificate } from "../fixtures/certificates.ts";
import { handshake } from "./handshake.ts";

const closing: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** With a service that has this chain. */
async function shake(chain: string, key: string, ca: string | undefined) {
  const server = createServer({ cert: chain, key }, (socket) => socket.on("error", () => {}));
  server.on("tlsClientError", () => {});
  closing.push(() => server.close());
  const { port } = await listenOnLoopback(server);
  const socket = await new Promise<Socket>((resolve) => {
    const dialled = dial(port, "127.0.0.1", () => resolve(dialled));
  });
  const { tlsSocket, expiresAt } = await handshake({ host: "db.example", port }, socket, {
    secureContext: createSecureContext(ca === undefined ? {} : { ca }),
    verify: "host",
    signal: AbortSignal.timeout(5000),
  });
  closing.push(() => tlsSocket.destroy());
  return expiresAt;
}

const notAfter = "nothing-of-it";

test("a chain with a date that is none gives a verdict, and what expired is told by the dates there are", async () => {
  const authority = makeCertificate({ name: "Odd CA", notAfter });
  const expired = makeCertificate({
    name: "db",
    issuer: authority,
    hosts: ["db.example"],
    notAfter: new Date("2024-05-01T00:00:00Z"),
  });
  await expect(shake(expired.cert + authority.cert, expired.key, authority.cert)).rejects.toMatchObject({
    outcome: "unreachable",
    message: expect.stringMatching(/^Certificate /),
  });
});

test("so does a certificate whose own date is none", async () => {
  const authority = makeCertificate({ name: "Test CA" });
  for (const issuer of [authority, makeCertificate({ name: "Odd CA", notAfter })]) {
    const odd = makeCertificate({ name: "db", issuer, hosts: ["db.example"], notAfter });
    await expect(shake(odd.cert + issuer.cert, odd.key, issuer.cert)).rejects.toMatchObject({
      outcome: "unreachable",
    });
  }
});

test("the first date of a chain to come is the one that counts", async () => {
  const authority = makeCertificate({ name: "Test CA" });
  const notAfter = new Date("2040-05-01T00:00:00Z");
  const right = makeCertificate({ name: "db", issuer: authority, hosts: ["db.example"], notAfter });
  expect(await shake(right.cert + authority.cert, right.key, authority.cert)).toEqual(notAfter);
});
