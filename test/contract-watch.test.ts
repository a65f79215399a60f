import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { contractFaults, type SentAnswer } from "./fixtures/contract-faults.ts";
import { watchFileVariable } from "./fixtures/watch-answers.ts";
import { watchReport } from "./fixtures/watch-report.ts";
import { watched } from "./fixtures/watched.ts";

const root = fileURLToPath(new URL("../", import.meta.url));

const nothingSeen = () => ({ answers: 0, connections: 0, lists: 0, errors: 0 });
const answerOf = (body: unknown, more: Partial<SentAnswer> = {}): SentAnswer => ({
  method: "GET",
  path: "/sql/v1/x",
  status: 200,
  contentType: "application/json; charset=utf-8",
  body: typeof body === "string" ? body : JSON.stringify(body),
  ...more,
});
const faultsOf = (body: unknown, more: Partial<SentAnswer> = {}) =>
  contractFaults(answerOf(body, more), nothingSeen());

const redacted = { kind: "PlaintextProvider", data: "<REDACTED>" };
const connection = (authData?: unknown) => ({
  api_version: "sql/v1",
  kind: "Connection",
  spec: { connection_type: "OPENAI", ...(authData !== undefined && { auth_data: authData }) },
});
const error = { status: "404", detail: "Nothing stands at this path." };

describe("the contract of official clients is broken by", () => {
  it.each<[string, unknown, Partial<SentAnswer>, string]>([
    ["a connection without auth_data", connection(), {}, "/spec/auth_data is missing"],
    [
      "a connection that shows its data",
      connection({ kind: "PlaintextProvider", data: '{"API_KEY":"sk-1"}' }),
      {},
      "/spec/auth_data/data is not <REDACTED>",
    ],
    [
      "a connection with another provider",
      connection({ ...redacted, kind: "sql.v1.PlaintextProvider" }),
      {},
      "/spec/auth_data/kind is not PlaintextProvider",
    ],
    [
      "one connection of a list",
      { kind: "ConnectionList", metadata: { next: "" }, data: [connection(redacted), connection()] },
      {},
      "/data/1/spec/auth_data is missing",
    ],
    ["a list without next", { metadata: {}, data: [] }, {}, "/metadata/next is no string"],
    ["a list whose next is null", { metadata: { next: null }, data: [] }, {}, "/metadata/next is no string"],
    ["rows without next", { metadata: {}, results: { data: [] } }, {}, "/metadata/next is no string"],
    [
      "a time of another form",
      { metadata: { created_at: "2030-01-01 00:00" } },
      {},
      "/metadata/created_at is no",
    ],
    ["a day that is none", { created_at: "2030-13-01T00:00:00Z" }, {}, "/created_at is no time"],
    ["a number as a time", { data: [{ timestamp: 1 }] }, {}, "/data/0/timestamp is no time"],
    ["a time that is null", { updated_at: null }, {}, "/updated_at is no time"],
    ["a version that is a number", { api_version: 1 }, {}, "/api_version is no string"],
    ["a kind that is null", { a: { kind: null } }, {}, "/a/kind is no string"],
    [
      "a status that is a number",
      { errors: [{ ...error, status: 404 }] },
      { status: 404 },
      "/errors/0/status",
    ],
    ["the status of another answer", { errors: [error] }, { status: 400 }, "/errors/0/status"],
    [
      "an error that says nothing",
      { errors: [{ ...error, detail: " " }] },
      { status: 404 },
      "/errors/0/detail",
    ],
    ["an error without errors", { message: "no" }, { status: 404 }, "/errors is no list"],
    ["no errors", { errors: [] }, { status: 404 }, "/errors is no list"],
    ["an OAuth error elsewhere", { error: "invalid_grant" }, { status: 400 }, "/errors is no list"],
    ["JSON that is called text", {}, { contentType: "text/plain" }, "the body is not announced as JSON"],
    ["JSON that is not called anything", {}, { contentType: undefined }, "the body is not announced as JSON"],
    ["a page in an API", "<p>", { contentType: "text/html" }, "the body is not announced as JSON"],
    [
      "an error in place of a file",
      "a,b",
      { path: "/keymoor/v1/audit-events/export", status: 400, contentType: "text/csv" },
      "the body is not announced as JSON",
    ],
    ["text that is called JSON", "no", {}, "the body is no JSON"],
    ["an error without a body", "", { status: 404, contentType: undefined }, "the error has no body"],
    ["no body that is called JSON", "", {}, "JSON is announced and there is no body"],
  ])("%s", (_name, body, more, fault) => {
    expect(faultsOf(body, more)).toEqual([expect.stringContaining(fault)]);
  });

  it.each<[string, unknown, Partial<SentAnswer>]>([
    ["a connection", connection(redacted), {}],
    ["a list", { metadata: { next: "" }, data: [connection(redacted)] }, {}],
    ["a time with an offset", { created_at: "2030-01-01T00:00:00.5+02:00" }, {}],
    ["a time of our own that is null", { checked_at: null }, { path: "/keymoor/v1/x" }],
    ["keys that a client chose", { spec: { properties: { kind: 1, x_at: "noon" } } }, {}],
    ["an error", { errors: [error] }, { status: 404 }],
    ["an OAuth error of a token endpoint", { error: "invalid_grant" }, { status: 400, path: "/sts/v1/x" }],
    ["a server that is starting", { status: "starting" }, { status: 503, path: "/health" }],
    ["no body", "", { status: 204, contentType: undefined }],
    ["the head of an answer", "", { method: "HEAD" }],
    ["a page", "<p>", { path: "/docs", contentType: "text/html" }],
    [
      "a file to keep",
      "{}\n",
      { path: "/keymoor/v1/audit-events/export", contentType: "application/x-ndjson" },
    ],
    ["another JSON", { a: 1 }, { contentType: "application/problem+json" }],
  ])("and not by %s", (_name, body, more) => {
    expect(faultsOf(body, more)).toEqual([]);
  });
});

describe("the watch", () => {
  const makeFile = () => {
    const folder = mkdtempSync(join(tmpdir(), "keymoor-watch-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "answers.jsonl");
    writeFileSync(file, "");
    return file;
  };

  it("sees what a server of another process sends, by a socket and by inject, in whatever pieces", async () => {
    const file = makeFile();
    const script = `
      import http from "node:http";
      import fastify from "fastify";
      const ours = { "x-request-id": "1", "x-content-type-options": "nosniff", "content-type": "application/json" };
      const answers = {
        "/sql/v1/whole": (res) => res.writeHead(200, ours).end('{"kind":1}'),
        "/sql/v1/pieces": (res) => {
          res.writeHead(200, "OK", Object.entries(ours).flat());
          res.write('{"created_at":');
          res.write(Buffer.from('"noon"'));
          res.end("}");
        },
        "/sql/v1/set": (res) => {
          for (const [name, value] of Object.entries(ours)) res.setHeader(name, value);
          res.statusCode = 404;
          res.end();
        },
        "/sql/v1/handed-on": (res) => res.writeHead(200, { ...ours, "Keymoor-Answer": "upstream" }).end("no"),
        "/sql/v1/another-server": (res) => res.writeHead(200, { "x-request-id": "1" }).end("no"),
      };
      const server = http.createServer((req, res) => answers[req.url](res));
      await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
      for (const path of Object.keys(answers)) {
        const response = await fetch("http://127.0.0.1:" + server.address().port + path);
        await response.text();
      }
      server.close();
      const app = fastify();
      app.get("/sql/v1/injected", (request, reply) => reply.headers(ours).send({ metadata: {}, data: [] }));
      await app.inject("/sql/v1/injected?with=query");
      process.exit();
    `;
    await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      cwd: root,
      env: { ...watched(), [watchFileVariable]: file },
    });
    const lines = readFileSync(file, "utf8").trim().split("\n");
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { fault: "/kind is no string", at: "GET /sql/v1/whole 200 in a server process" },
      { fault: "/created_at is no time of RFC 3339", at: "GET /sql/v1/pieces 200 in a server process" },
      { fault: "JSON is announced and there is no body", at: "GET /sql/v1/set 404 in a server process" },
      { fault: "/metadata/next is no string", at: "GET /sql/v1/injected 200 in a server process" },
      { seen: { answers: 4, connections: 0, lists: 1, errors: 0 } },
    ]);
  });

  it("fails a run over what it found, once for each kind, and over having seen nothing in a whole run", () => {
    const file = makeFile();
    const seen = { answers: 3, connections: 1, lists: 1, errors: 1 };
    expect(watchReport(file, false)).toEqual({ isFine: true, text: expect.stringContaining("0 answers") });
    expect(watchReport(file, true)).toEqual({
      isFine: false,
      text: expect.stringContaining("should have seen answers, connections, lists, errors."),
    });
    writeFileSync(file, `${JSON.stringify({ seen })}\n${JSON.stringify({ seen })}\n`);
    expect(watchReport(file, true)).toEqual({ isFine: true, text: expect.stringContaining("6 answers") });
    const faults = ["a", "b", "a"].map((fault) => JSON.stringify({ fault, at: `GET /${fault}` }));
    writeFileSync(file, `${JSON.stringify({ seen })}\n${faults.join("\n")}\n`);
    expect(watchReport(file, true)).toEqual({
      isFine: false,
      text: expect.stringMatching(/:\n {2}a \(2 times\), first by GET \/a\n {2}b, first by GET \/b$/),
    });
  });
});
