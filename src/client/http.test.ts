import { writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";
import { listenOnLoopback } from "../../test/fixtures/loopback.ts";
import { makeCertificate } from "../egress/fixtures/certificates.ts";

let fixture: CommandLineFixture;
let url: string;
const authority = makeCertificate({ name: "An authority" });
const server = makeCertificate({
  name: "localhost",
  issuer: authority,
  hosts: ["localhost"],
  addresses: ["127.0.0.1"],
});
const proxy = createTlsServer({ cert: server.cert, key: server.key }, async (request, response) => {
  const answer = await fetch(fixture.url + request.url, {
    headers: { authorization: request.headers.authorization ?? "" },
  });
  response.writeHead(answer.status, { "content-type": "application/json" }).end(await answer.text());
});

beforeAll(async () => {
  fixture = await openCommandLine();
  const { port } = await listenOnLoopback(proxy);
  url = `https://127.0.0.1:${port}`;
  writeFileSync(join(fixture.folder, "authority.pem"), authority.cert);
});
afterAll(async () => {
  proxy.close();
  await fixture.close();
});

describe("a server with TLS", () => {
  test("is trusted by the authority that KEYMOOR_CA_FILE or a profile names", async () => {
    const result = await fixture.run(["whoami"], {
      env: { KEYMOOR_URL: url, KEYMOOR_CA_FILE: "authority.pem" },
    });
    expect(result).toMatchObject({ code: 0, stderr: "" });
    const login = ["login", "--url", url, "--ca-file", "authority.pem"];
    expect((await fixture.run(login)).code).toBe(0);
    const bare = { KEYMOOR_URL: undefined, KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined };
    expect((await fixture.run(["whoami"], { env: bare, folder: "/" })).code).toBe(0);
  });

  test("is not trusted otherwise, and is shown no key", async () => {
    const { code, stderr } = await fixture.run(["whoami"], { env: { KEYMOOR_URL: url } });
    expect(code).toBe(5);
    expect(stderr).toContain(
      `No Keymoor server answers at ${url}: its certificate is signed by an unknown authority.`,
    );
  });
});
