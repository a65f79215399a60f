import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { validityText } from "../src/egress/check/certificate.ts";
import { createWebhookDelivery } from "../src/operations/deliver-webhooks.ts";
import { Secret } from "../src/secret.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import {
  type ApiFixture,
  environmentId,
  openApi,
  openaiBody,
  organizationId,
  principals,
  sqlV1,
} from "./fixtures/services.ts";

const page = readFileSync(new URL("../docs/verification.md", import.meta.url), "utf8");
const secret = `whsec_${Buffer.alloc(32, 3).toString("base64")}`;
const log = { warn: () => {}, error: () => {} };

/** The page's commands, pasted in their order, with the vendor's address replaced by a service of ours. */
describe("the page on verification", () => {
  const posted: { body: string; headers: IncomingHttpHeaders }[] = [];
  let taken = "Bearer sk-your-key";
  const vendor = createServer((request, response) => {
    if (request.method === "POST") {
      let body = "";
      request.on("data", (chunk) => {
        body += chunk;
      });
      request.on("end", () => {
        posted.push({ body, headers: request.headers });
        response.writeHead(204).end();
      });
      return;
    }
    const isTaken = request.headers.authorization === taken;
    response.writeHead(isTaken ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(isTaken ? { data: [] } : { error: request.headers.authorization }));
  });
  let api: ApiFixture;
  let vendorUrl = "";
  let base = "";

  beforeAll(async () => {
    vendorUrl = (await listenOnLoopback(vendor)).url;
    api = await openApi({ settings: { reportsStatus: true } });
    base = await api.app.listen({ host: "127.0.0.1", port: 0 });
    const body = openaiBody("my-openai", "sk-your-key");
    body.spec.endpoint = `${vendorUrl}/v1/chat/completions`;
    expect((await api.send("POST", `${sqlV1}/connections`, body)).status).toBe(201);
  });
  afterAll(async () => {
    await api.close();
    vendor.close();
  });

  /** The answers of a block's commands, one after the other. */
  async function paste(text: string) {
    const key = `${principals.organizationAdmin}-cloud`;
    const setUp = [
      `BASE=${base}`,
      `KEY=${key}:${key}-secret`,
      `ORG=${organizationId}`,
      `ENV=${environmentId}`,
      `SQL=${base}${sqlV1}`,
      `CONNECTIONS=${base}/keymoor/v1/organizations/${organizationId}/environments/${environmentId}/connections`,
    ].join("\n");
    const commands = block("sh", text)
      .replaceAll("https://api.openai.com", vendorUrl)
      .replaceAll("curl -sS", "curl -sS -w '\\n'");
    const { stdout } = await promisify(execFile)("bash", ["-euc", `${setUp}\n${commands}`]);
    return stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  }

  it("checks a connection, and shows an answer of the form that comes", async () => {
    const [check] = await paste("my-openai/verify");
    expect(check).toMatchObject({ trigger: "asked", outcome: "accepted", phase: "READY" });
    const shown = JSON.parse(block("json", '"trigger": "asked"'));
    expect(Object.keys(shown)).toEqual(Object.keys(check));
    expect(Object.keys(shown.steps[0])).toEqual(Object.keys(check.steps[0]));
    taken = "Bearer another";
    const [refused] = await paste("my-openai/verify");
    expect([refused.phase, refused.detail]).toEqual([shown.phase, shown.detail]);
    expect(JSON.stringify(refused)).not.toContain("sk-your-key");
    expect(withoutPlace(shown.steps)).toEqual(withoutPlace(refused.steps));
    // The page's service has TLS, and ours has not.
    const tls = shown.steps.find(({ name }: ShownStep) => name === "tls");
    const days = Math.floor((Date.parse(shown.certificate_expires_at) - Date.parse(shown.at)) / 86_400_000);
    expect(tls.detail).toBe(
      validityText(new Date(shown.certificate_expires_at)).replace(/\(.*\)/, `(${days} days)`),
    );
    taken = "Bearer sk-your-key";
  });

  it("lists earlier checks", async () => {
    const [{ data }] = await paste("my-openai/checks");
    expect(data.map((check: { phase: string }) => check.phase)).toEqual(["INVALID_AUTH", "READY"]);
  });

  it("checks before anything is saved, and saves what passes", async () => {
    expect(await paste("/connection-checks")).toMatchObject([{ id: null, phase: "READY" }]);
    const [created, refused] = await paste("connections?if=verified");
    expect(created).toMatchObject({ name: "my-checked", status: { phase: "READY" } });
    expect(refused.errors).toMatchObject([{ status: "422", code: "verification_failed" }]);
  });

  it("switches the checks of a connection off and on", async () => {
    const answers = await paste("my-openai/verification");
    expect(answers.map(({ enabled }) => enabled)).toEqual([true, false, true]);
  });

  it("shows who changed a status", async () => {
    const [{ data }] = await paste("action=connection.status_changed");
    expect(data.map((event: { action: string }) => event.action)).toContain("connection.status_changed");
  });

  it("posts a message of the form that it shows, which the page's own code takes", async () => {
    const target = { url: new Secret(`${vendorUrl}/hook`), secret: new Secret(secret) };
    await createWebhookDelivery(api.services, target, log).settle();
    const [message] = posted;
    const sent = JSON.parse(message?.body ?? "");
    const shown = JSON.parse(block("json", '"previous_phase"'));
    expect([Object.keys(sent), Object.keys(sent.data)]).toEqual([
      Object.keys(shown),
      Object.keys(shown.data),
    ]);

    const folder = mkdtempSync(join(tmpdir(), "keymoor-docs-"));
    const library = createRequire(import.meta.url).resolve("standardwebhooks");
    const code = block("js", "takeMessage").replace('"standardwebhooks"', JSON.stringify(library));
    writeFileSync(join(folder, "take.mjs"), code);
    const run = `import { takeMessage } from ${JSON.stringify(pathToFileURL(join(folder, "take.mjs")).href)};
      const { body, headers } = JSON.parse(process.argv[1]);
      console.log(takeMessage(body, headers).data.connection);`;
    const node = (body: string) =>
      promisify(execFile)(
        process.execPath,
        ["--input-type=module", "-e", run, JSON.stringify({ body, headers: message?.headers })],
        { env: { ...process.env, KEYMOOR_WEBHOOK_SECRET: secret } },
      );
    expect((await node(message?.body ?? "")).stdout.trim()).toBe("my-openai");
    await expect(node(`${message?.body} `)).rejects.toThrow("signature");
    rmSync(folder, { recursive: true });
  });
});

interface ShownStep {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

/** What the steps say, wherever the service is; TLS depends on that. */
function withoutPlace(steps: readonly ShownStep[]): readonly string[] {
  return steps
    .filter(({ name }) => name !== "tls")
    .map(({ name, outcome, detail }) => `${name} ${outcome} ${detail}`)
    .map((line) =>
      line.replace(/\d+ address(?:es)?$/, "addresses").replace(/Connected: \S+:\d+$/, "Connected"),
    );
}

/** The fenced block of a language that holds this text. */
function block(language: string, text: string): string {
  const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)];
  const found = blocks.find(([, info, content]) => info === language && content?.includes(text));
  if (found?.[2] === undefined) throw new Error(`the page has no block with ${text}`);
  return found[2];
}
