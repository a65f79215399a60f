import { writeFileSync } from "node:fs";
import { createServer as createTlsServer } from "node:https";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
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
    expect(stderr).toContain("If it is your own, name the PEM file of its authority: KEYMOOR_CA_FILE");
  });

  const day = 86_400_000;
  test.each([
    [
      "is for another host",
      { hosts: ["keymoor.example"] },
      "Use a host name that the certificate has: change the URL",
    ],
    [
      "has expired",
      { addresses: ["127.0.0.1"], notAfter: new Date(Date.now() - day) },
      "Renew the certificate at the server",
    ],
    [
      "is not valid yet",
      { addresses: ["127.0.0.1"], notBefore: new Date(Date.now() + day) },
      "look at this machine's clock",
    ],
  ])("whose certificate %s gets no key, though its authority is trusted", async (what, options, hint) => {
    const certificate = makeCertificate({ name: "localhost", issuer: authority, ...options });
    let requests = 0;
    const wrong = createTlsServer({ cert: certificate.cert, key: certificate.key }, (_request, response) => {
      requests += 1;
      response.end("{}");
    });
    const { port } = await listenOnLoopback(wrong);
    onTestFinished(() => void wrong.close());
    const { code, stderr } = await fixture.run(["whoami"], {
      env: { KEYMOOR_URL: `https://127.0.0.1:${port}`, KEYMOOR_CA_FILE: "authority.pem" },
    });
    expect(stderr).toContain(
      `Error: No Keymoor server answers at https://127.0.0.1:${port}: its certificate ${what}.`,
    );
    expect(stderr).toContain(hint);
    expect([code, requests]).toEqual([5, 0]);
  });

  test("that signed its certificate itself is told apart", async () => {
    const own = createTlsServer({ cert: authority.cert, key: authority.key });
    const { port } = await listenOnLoopback(own);
    onTestFinished(() => void own.close());
    const { code, stderr } = await fixture.run(["whoami"], {
      env: { KEYMOOR_URL: `https://127.0.0.1:${port}` },
    });
    expect(code).toBe(5);
    expect(stderr).toContain("its certificate is self-signed.");
    expect(stderr).toContain("KEYMOOR_CA_FILE");
  });

  test.each(["no PEM", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", ""])(
    "is not asked with a file of authorities that has none: %j",
    async (text) => {
      writeFileSync(join(fixture.folder, "no-authority.pem"), text);
      const { code, stderr } = await fixture.run(["whoami"], {
        env: { KEYMOOR_URL: url, KEYMOOR_CA_FILE: "no-authority.pem" },
      });
      expect(stderr).toContain("Error: The file of authorities no-authority.pem has no certificate in PEM.");
      expect(code).toBe(2);
    },
  );
});
