import { generateKeyPairSync } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { makeFolder, type RunningServer, seeded, sqlV1, startServer } from "./fixtures/server-process.ts";

/** What is loaded on first use must be found in the built program too, where modules are put together differently. */
describe("the built server", () => {
  const { folder, remove } = makeFolder();
  const seen: { readonly url: string; readonly headers: IncomingHttpHeaders }[] = [];
  const service = createServer((request, response) => {
    seen.push({ url: request.url ?? "", headers: request.headers });
    request.resume();
    response.setHeader("content-type", "application/json");
    response.end(
      request.url === "/token"
        ? '{"access_token":"fetched-token","token_type":"Bearer","expires_in":300}'
        : "{}",
    );
  });
  let server: RunningServer;
  let url = "";

  beforeAll(async () => {
    url = (await listenOnLoopback(service)).url;
    server = await startServer(folder);
  }, 60_000);

  afterAll(async () => {
    service.close();
    await server.end("SIGKILL");
    remove();
  });

  const googleKey = () =>
    JSON.stringify({
      type: "service_account",
      client_email: "robot@project.iam.gserviceaccount.com",
      private_key_id: "k1",
      private_key: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({
        type: "pkcs8",
        format: "pem",
      }),
      token_uri: `${url}/token`,
    });

  it.each<[string, () => Record<string, string>, RegExp]>([
    [
      "BEDROCK",
      () => ({ AWS_ACCESS_KEY_ID: "AKIDEXAMPLE", AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI" }),
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/bedrock\/aws4_request/,
    ],
    ["VERTEXAI", () => ({ SERVICE_KEY: googleKey() }), /^Bearer fetched-token$/],
    [
      "REST",
      () => ({
        OAUTH2_TOKEN_ENDPOINT: `${url}/token`,
        OAUTH2_CLIENT_ID: "client",
        OAUTH2_CLIENT_SECRET: "client-secret",
        OAUTH2_SCOPE: "read",
      }),
      /^Bearer fetched-token$/,
    ],
    [
      "COSMOSDB",
      () => ({ API_KEY: Buffer.from("cosmos-master-key").toString("base64") }),
      /^type%3Dmaster%26ver%3D1\.0%26sig%3D/i,
    ],
  ])("puts the credential of %s on a call", async (type, data, authorization) => {
    const name = `built-${type.toLowerCase()}`;
    const created = await server.send("POST", `${sqlV1}/connections`, {
      name,
      spec: {
        connection_type: type,
        endpoint: `${url}/service`,
        auth_data: { kind: "PlaintextProvider", data: JSON.stringify(data()) },
      },
    });
    expect([created.status, created.text]).toEqual([201, expect.stringContaining("<REDACTED>")]);
    const answer = await server.send("POST", `/c/${name}`, "{}", seeded.flinkKey);
    expect([answer.status, answer.text]).toEqual([200, "{}"]);
    const last = seen.at(-1);
    expect(last?.url).toBe("/service");
    expect(last?.headers.authorization).toMatch(authorization);
  });
});
