import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type CommandLineFixture,
  openCommandLine,
  runCommandLine,
} from "../../../test/fixtures/command-line.ts";
import { freePort, listenOnLoopback } from "../../../test/fixtures/loopback.ts";
import { environmentId, keymoorV1, sqlV1 } from "../../../test/fixtures/services.ts";

const secret = "the-secret-of-the-service";

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

describe("keymoor connection call", () => {
  let cli: CommandLineFixture;
  let service: Server;
  let seen: Seen[];
  let answer: (request: Seen, response: ServerResponse) => void;
  let said: string;

  beforeEach(() => {
    seen = [];
    said = "";
    answer = (_request, response) => response.end("fine");
  });

  afterEach(() => expect(said).not.toContain(secret));

  beforeAll(async () => {
    service = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { method = "", url = "", headers } = request;
      const one = { method, url, headers, body: Buffer.concat(chunks).toString() };
      seen.push(one);
      answer(one, response);
    });
    const { url } = await listenOnLoopback(service);
    cli = await openCommandLine();
    for (const [name, endpoint] of [
      ["api", `${url}/base`],
      ["gone", `http://127.0.0.1:${await freePort()}`],
    ] as const) {
      const spec = {
        connection_type: "REST",
        endpoint,
        auth_data: { data: JSON.stringify({ BEARER_TOKEN: secret }) },
      };
      expect((await cli.api.send("POST", `${sqlV1}/connections`, { name, spec })).status).toBe(201);
    }
  });

  afterAll(async () => {
    service.closeAllConnections();
    service.close();
    await cli.close();
  });

  const call = async (args: readonly string[], options: Parameters<CommandLineFixture["run"]>[1] = {}) => {
    const ran = await cli.run(["connection", "call", ...args], options);
    said += ran.stdout + ran.stderr;
    return ran;
  };
  const makeToken = async (...connections: string[]) =>
    (await cli.api.send("POST", `${keymoorV1}/use-tokens`, { name: "t", connections })).json.token as string;

  it("gets what the connection points at, with its credential", async () => {
    expect(await call(["api"])).toMatchObject({ code: 0, stdout: "fine", stderr: "" });
    expect(seen[0]).toMatchObject({ method: "GET", url: "/base", body: "" });
    expect(seen[0]?.headers.authorization).toBe(`Bearer ${secret}`);
    expect(seen[0]?.headers).not.toHaveProperty("content-type");
  });

  it.each([
    [["v1/models"], "/base/v1/models"],
    [["/a%2Fb//c;d=1?x=%41"], "/base/a%2Fb//c;d=1?x=%41"],
    [["?x=1", "-q", "y=a b&c"], "/base?x=1&y=a%20b%26c"],
    [["/größe #1", "--query", "ü=é"], "/base/gr%C3%B6%C3%9Fe%20%231?%C3%BC=%C3%A9"],
    [["-q", "a=", "-q", "a=b=c"], "/base?a=&a=b%3Dc"],
  ])("takes path and query %j", async (args, url) => {
    expect((await call(["api", ...args])).code).toBe(0);
    expect(seen[0]?.url).toBe(url);
  });

  it("posts --data as JSON unless a header says otherwise, by the method that is asked for", async () => {
    await call(["api", "-d", '{"a":"ü"}']);
    expect(seen[0]).toMatchObject({ method: "POST", body: '{"a":"ü"}' });
    expect(seen[0]?.headers).toMatchObject({ "content-type": "application/json", "content-length": "10" });
    await call([
      "api",
      "-X",
      "put",
      "-d",
      "x",
      "-H",
      "Content-Type: text/plain",
      "-H",
      "X-More:  1 ",
      "-H",
      "x-more: 2",
    ]);
    expect(seen[1]).toMatchObject({ method: "PUT", body: "x" });
    expect(seen[1]?.headers).toMatchObject({ "content-type": "text/plain", "x-more": "1, 2" });
    for (const method of ["GET", "DELETE", "PROPFIND"]) await call(["api", "-X", method, "--data", "body"]);
    expect(seen.slice(2).map(({ method, body }) => [method, body])).toEqual([
      ["GET", "body"],
      ["DELETE", "body"],
      ["PROPFIND", "body"],
    ]);
    await call(["api", "-X", "POST"]);
    expect(seen[5]).toMatchObject({ method: "POST", body: "" });
  });

  it("sends a file or standard input byte for byte", async () => {
    writeFileSync(join(cli.folder, "body.txt"), "line one\nline two\n");
    await call(["api", "-d", "@body.txt"]);
    expect([seen[0]?.body, seen[0]?.headers["content-length"]]).toEqual(["line one\nline two\n", "18"]);
    writeFileSync(join(cli.folder, "empty"), "");
    await call(["api", "-d", "@empty"]);
    expect([seen[1]?.method, seen[1]?.body]).toEqual(["POST", ""]);
    await call(["api", "-d", "@-"], { input: Readable.from([Buffer.from("in "), Buffer.from("pieces")]) });
    expect([seen[2]?.method, seen[2]?.body]).toEqual(["POST", "in pieces"]);
  });

  it("does not wait for the end of a body that nobody wants", async () => {
    const input = new PassThrough();
    input.write("more to come");
    expect(await call(["missing", "-d", "@-"], { input })).toMatchObject({ code: 1, stdout: "" });
    await new Promise(setImmediate);
    expect(input.isPaused()).toBe(true);
  });

  it("shows each event as it is made", async () => {
    let open: ServerResponse | undefined;
    answer = (_request, response) => {
      open = response;
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: 1\n\n");
    };
    // The service ends its answer only once the first event was printed.
    const ran = await call(["api"], {
      onOutput: (chunk) => {
        if (String(chunk) === "data: 1\n\n") open?.end("data: 2\n\n");
      },
    });
    expect(ran).toMatchObject({ code: 0, stdout: "data: 1\n\ndata: 2\n\n" });
  });

  it("prints binary answers unchanged, but not on a terminal", async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => index % 256));
    answer = (_request, response) => response.end(bytes);
    expect((await call(["api"])).bytes.equals(bytes)).toBe(true);
    const shown = await call(["api"], { isTty: true });
    expect(shown).toMatchObject({ code: 1, stdout: "" });
    expect(shown.stderr).toContain("Error: The answer is binary, which a terminal cannot show.\n");
    expect(await call(["api", "--output-file", "out.bin"], { isTty: true })).toMatchObject({
      code: 0,
      stdout: "",
    });
    expect(readFileSync(join(cli.folder, "out.bin")).equals(bytes)).toBe(true);
    const before = seen.length;
    answer = (_request, response) => response.end("another");
    const again = await call(["api", "-O", "out.bin"]);
    expect([again.code, again.stdout, seen.length]).toEqual([1, "", before]);
    expect(again.stderr).toContain("Error: The file that --output-file names exists already.\n");
    expect((await call(["api", "-O", "out.bin", "--force"])).code).toBe(0);
    expect(readFileSync(join(cli.folder, "out.bin"), "utf8")).toBe("another");
  });

  it("shows status and headers with --include", async () => {
    answer = (_request, response) => response.writeHead(201, { "x-more": "1" }).end("made");
    const { code, stdout } = await call(["api", "-i"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^HTTP\/1\.1 201 Created\n[\s\S]*\nx-more: 1\n[\s\S]*\n\nmade$/);
    expect(stdout).toContain("\nKeymoor-Answer: upstream\n".toLowerCase());
  });

  it("prints an answer of another status too, and fails", async () => {
    answer = (_request, response) =>
      response.writeHead(404, "Echo of things").end('{"error":"no such model"}');
    expect(await call(["api"])).toMatchObject({
      code: 1,
      stdout: '{"error":"no such model"}',
      stderr: "Error: The service answered 404 Not Found.\n",
    });
    answer = (_request, response) =>
      response.writeHead(302, { location: "http://elsewhere.example.com" }).end();
    expect(await call(["api"])).toMatchObject({ code: 0, stderr: "" });
    answer = (_request, response) => response.writeHead(401).end("who?");
    expect((await call(["api"])).stderr).toContain("`keymoor connection verify api` says more.");
    answer = (_request, response) => response.writeHead(599).end();
    expect((await call(["api", "-X", "HEAD"])).stderr).toBe("Error: The service answered 599.\n");
  });

  it("tells Keymoor's own refusals from the service's answers", async () => {
    const missing = await call(["missing"]);
    expect([missing.code, missing.stdout]).toEqual([1, ""]);
    expect(missing.stderr).toMatch(/^Error: .*"missing"/);
    expect(await call(["gone"])).toMatchObject({ code: 1, stdout: "" });
    expect((await call(["gone"])).stderr).toMatch(/^Error: .*127\.0\.0\.1/);
    expect((await call(["missing", "-X", "HEAD"])).stderr).toContain(
      "Error: Keymoor refused the call: 404 Not Found.\n",
    );
    const nobody = await call(["api"], { env: cli.keyOf("nobody", "flink") });
    expect([nobody.code, nobody.stdout, seen]).toEqual([1, "", []]);
    const wrong = await call(["api"], { env: { KEYMOOR_API_SECRET: "not-the-secret-of-it" } });
    expect([wrong.code, wrong.stderr.includes("not-the-secret-of-it")]).toEqual([4, false]);
  });

  it("ends with a failure when the answer is cut, as for one that holds the secret", async () => {
    answer = (_request, response) => {
      response.write("a first chunk, long enough to be sent on at once. ");
      setTimeout(() => response.end(`and here it is: ${secret}`), 50);
    };
    const echoed = await call(["api"]);
    expect(echoed).toMatchObject({ code: 1, stdout: expect.stringMatching(/^a first chunk/) });
    expect(echoed.stderr).toContain("Error: The answer broke off before its end.\n");
    answer = (request, response) => response.end(JSON.stringify(request.headers));
    expect(await call(["api"])).toMatchObject({ code: 1, stdout: "" });
  });

  it("works with a use token from the environment or a file, which needs no API key", async () => {
    const token = await makeToken("api");
    const noKey = { KEYMOOR_API_KEY: undefined, KEYMOOR_API_SECRET: undefined };
    expect(await call(["api", "/x"], { env: { ...noKey, KEYMOOR_USE_TOKEN: token } })).toMatchObject({
      code: 0,
      stdout: "fine",
    });
    writeFileSync(join(cli.folder, "token"), `${token}\n`);
    expect(await call(["api", "--token-file", "token"], { env: noKey })).toMatchObject({
      code: 0,
      stdout: "fine",
    });
    expect(await call(["api", "--token-file", "-"], { env: noKey, input: `${token}\n` })).toMatchObject({
      code: 0,
    });
    expect(seen.map(({ url }) => url)).toEqual(["/base/x", "/base", "/base"]);
    expect(await call(["gone", "--token-file", "token"], { env: noKey })).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/not bound to a connection of this name(.|\n)*It is bound to api\./),
    });
    const placed = await call(["api", "--environment", environmentId], { env: { KEYMOOR_USE_TOKEN: token } });
    expect(placed).toMatchObject({ code: 2, stdout: "" });
    expect(placed.stderr).toContain("--environment goes with an API key");
    expect(await call(["api"], { env: { ...noKey, KEYMOOR_USE_TOKEN: "kmt_wrong" } })).toMatchObject({
      code: 4,
    });
    const [tokenId] = /(?<=kmt_)[a-z0-9]+/.exec(token) ?? [];
    await cli.run(["token", "revoke", `${tokenId}`, "--yes"]);
    const revoked = await call(["api", "--token-file", "token"], { env: noKey });
    expect([revoked.code, revoked.stderr]).toEqual([
      4,
      expect.stringMatching(/The use token was revoked\.(.|\n)*`keymoor token create` makes another one/),
    ]);
    expect(await call(["api"], { env: noKey })).toMatchObject({ code: 4 });
    expect(said).not.toContain(token);
  });

  it.each([
    [["api", "--dta", "sk-mistyped"], "unknown flag: --dta"],
    [["api", "--data", "sk-mistyped", "--data", "sk-mistyped"], "--data may be given once."],
    [["api", "-H", "sk-mistyped"], '--header takes "Name: value".'],
    [["api", "-H", "X-Key: a\r\nsk-mistyped: b"], '--header takes "Name: value".'],
    [["api", "-H", "Authorization: sk-mistyped"], "--header cannot set Authorization."],
    [["api", "-H", "Transfer-Encoding: sk-mistyped"], "--header cannot set transfer-encoding."],
    [["api", "-H", "Keymoor-Region: sk-mistyped"], "--header cannot set Keymoor's own headers."],
    [["api", "-q", "sk-mistyped"], "--query takes name=value."],
    [["api", "-X", "sk mistyped"], "--request takes a method"],
    [["api", "-X", "CONNECT"], "CONNECT is not passed on."],
    [
      ["api", "https://sk-mistyped.example.com/x"],
      "PATH is only what comes after the connection's endpoint.",
    ],
    [["api", "-d", "@sk-mistyped"], "The file that --data names cannot be read (it does not exist)."],
    [["api", "-d", "@folder"], "The file that --data names cannot be read (it is a folder)."],
    [["api", "--token-file", "sk-mistyped"], "The file that --token-file names cannot be read"],
    [["api", "/x", "sk-mistyped"], "accepts between 1 and 2 arg(s), received 3"],
    [[], "accepts between 1 and 2 arg(s), received 0"],
  ])("refuses %j without repeating it", async (args, message) => {
    mkdirSync(join(cli.folder, "folder"), { recursive: true });
    const ran = await call(args);
    expect([ran.code, ran.stdout, seen]).toEqual([2, "", []]);
    expect(ran.stderr).toContain(`Error: ${message}`);
    expect(ran.stderr).not.toContain("sk-mistyped");
  });

  it("says where the answer could not be written", async () => {
    const ran = await call(["api", "--output-file", "no/such/folder"]);
    expect(ran).toMatchObject({ code: 1, stdout: "" });
    expect(ran.stderr).toContain("Error: The file that --output-file names cannot be opened.\n");
  });

  it("without a server ends with 5, and before another server sends nothing more", async () => {
    const port = await freePort();
    const env = {
      KEYMOOR_URL: `http://127.0.0.1:${port}`,
      KEYMOOR_USE_TOKEN: "kmt_x",
      KEYMOOR_CONFIG_HOME: cli.folder,
    };
    const ran = await runCommandLine(["connection", "call", "api"], { env });
    expect(ran.code).toBe(5);
    expect(ran.stderr).toContain(
      `No Keymoor server answers at http://127.0.0.1:${port}: connection refused.`,
    );
    const { port: other } = service.address() as { port: number };
    const strange = await call(["api"], {
      env: { KEYMOOR_URL: `http://127.0.0.1:${other}`, KEYMOOR_USE_TOKEN: "kmt_x" },
    });
    expect(strange.code).toBe(5);
    expect(strange.stderr).toContain("is no Keymoor server");
  });
});
