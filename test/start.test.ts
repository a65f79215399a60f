import { execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DatabaseSync } from "@photostructure/sqlite";
import { describe, expect, it, onTestFinished } from "vitest";
import { makeCertificate } from "../src/egress/fixtures/certificates.ts";
import { launch, makeFolder, type Settings, start, stop } from "./fixtures/launch.ts";
import { freePort } from "./fixtures/loopback.ts";
import { program } from "./fixtures/program.ts";

const startScript = fileURLToPath(new URL("../scripts/start.js", import.meta.url));

/** A start that must be refused: one sentence and what to do on standard error, nothing on standard output, exit code 1. */
async function refusal(folder: string, settings?: Settings, command?: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await launch(folder, settings, command).ended;
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(/^Error: [^\n]+\n(\nSuggestions:\n( {4}[^\n]+\n)+)?$/);
  return stderr;
}

/** What first-start.txt says. */
function firstStartOf(folder: string) {
  const text = readFileSync(join(folder, "data/first-start.txt"), "utf8");
  const after = (label: string) => new RegExp(`${label} +(\\S+)`).exec(text)?.[1] ?? "";
  return {
    text,
    path: `/sql/v1/organizations/${after("Organization")}/environments/${after("Environment")}/connections`,
    password: after("Password"),
    key: `${after("Flink API key")}:${/Flink API key.*\n +secret +(\S+)/.exec(text)?.[1] ?? ""}`,
  };
}

async function send(url: string, key: string, body?: object, method = body === undefined ? "GET" : "POST") {
  return await fetch(url, {
    method,
    headers: {
      authorization: `Basic ${Buffer.from(key).toString("base64")}`,
      ...(body && { "content-type": "application/json" }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
}

const connection = (name: string) => ({
  name,
  spec: {
    connection_type: "OPENAI",
    endpoint: "https://api.openai.com/v1/chat/completions",
    auth_data: { kind: "PlaintextProvider", data: '{"API_KEY":"sk-1234567890"}' },
  },
});

async function takePort(): Promise<{ readonly port: number; readonly server: Server }> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, server };
}

const seedText = `
organization: { id: 1111aaaa-11aa-11aa-11aa-111111aaaaaa, name: Acme }
environments: [ { id: env-abc123, name: default } ]
users: [ { id: u-1, email: dev@example.com, password: a-password, roles: [ { role: OrganizationAdmin } ] } ]
apiKeys: [ { id: K, secret: s, owner: u-1 } ]
connections:
  - { name: c1, environment: env-abc123, cloud: aws, region: us-east-1, type: openai, endpoint: "https://api.openai.com/v1/chat/completions", credential: { api-key: sk-1234567890 } }
`;
const seeded =
  "/sql/v1/organizations/1111aaaa-11aa-11aa-11aa-111111aaaaaa/environments/env-abc123/connections";

function withSeed(text = seedText): string {
  const folder = makeFolder();
  writeFileSync(join(folder, "seed.yaml"), text);
  return folder;
}

describe("the first start", () => {
  it("writes what a person needs to a file that only its owner may read, and prints its path", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    const file = join(folder, "data/first-start.txt");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const { path, key, password } = firstStartOf(folder);
    expect((await send(`${server.url}${path}`, key)).status).toBe(200);
    const { code, stdout, stderr } = await stop(server);
    expect(code).toBe(0);
    expect(stdout).toContain(file);
    expect(stdout).toContain(`The master key is in ${join(folder, "data/master.key")}.`);
    for (const secret of [password, key.split(":")[1] ?? ""]) {
      expect(secret.length).toBeGreaterThan(20);
      expect(`${stdout}${stderr}`).not.toContain(secret);
      for (const name of ["keymoor.db", "keymoor.db-wal"]
        .map((name) => join(folder, "data", name))
        .filter(existsSync)) {
        expect(readFileSync(name).includes(secret)).toBe(false);
      }
    }
  });

  it("has a link that signs its administrator in once, and a password that signs him in again", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    const { text, password } = firstStartOf(folder);
    const [, page = "", token = ""] = /(http\S+)#(kml_\S+)/.exec(text) ?? [];
    expect(page).toBe(`${server.url}/sign-in`);
    const shown = await fetch(page, { headers: { accept: "text/html" } });
    expect(shown.headers.get("content-type")).toContain("text/html");
    const post = async (path: string, body: object) => {
      const headers = { "content-type": "application/json" };
      return await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    };
    expect((await post("/keymoor/v1/session/link", { token })).status).toBe(201);
    expect((await post("/keymoor/v1/session/link", { token })).status).toBe(400);
    const signedIn = await post("/api/sessions", { email: "admin@keymoor.local", password });
    expect(signedIn.status).toBe(200);
    await stop(server);
    for (const name of ["keymoor.db", "keymoor.db-wal"].map((name) => join(folder, "data", name))) {
      const [, secret = ""] = token.split(".");
      expect(secret.length).toBeGreaterThan(40);
      if (existsSync(name)) expect(readFileSync(name).includes(secret)).toBe(false);
    }
  });

  it("happens once: the second one shows nothing and the keys hold", async () => {
    const folder = makeFolder();
    await stop(await start(folder));
    const { text, path, key } = firstStartOf(folder);
    rmSync(join(folder, "data/first-start.txt"));
    const server = await start(folder);
    expect(server.stdout()).not.toContain("First start");
    expect(existsSync(join(folder, "data/first-start.txt"))).toBe(false);
    expect((await send(`${server.url}${path}`, key)).status).toBe(200);
    expect(text).toContain("Terraform");
    await stop(server);
  });

  it("prints the block itself on a terminal, and makes no file", async ({ skip }) => {
    if (!existsSync("/usr/bin/script")) skip("needs util-linux's `script` for a terminal");
    const folder = makeFolder();
    const child = spawn("/usr/bin/script", ["-qefc", `${process.execPath} ${program} serve`, "/dev/null"], {
      cwd: folder,
      env: { PATH: process.env.PATH, KEYMOOR_PORT: "0" },
      stdio: ["pipe", "pipe", "inherit"],
    });
    onTestFinished(() => void child.kill("SIGKILL"));
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    while (!output.includes("is ready at")) await new Promise((resolve) => setTimeout(resolve, 5));
    // Ctrl-C
    child.stdin.write("\x03");
    await new Promise((resolve) => child.once("close", resolve));
    expect(output).toMatch(/Password {7}\S{24}/);
    expect(existsSync(join(folder, "data/first-start.txt"))).toBe(false);
  });

  it("keeps its secrets for the next try when the port is busy", async () => {
    const folder = makeFolder();
    const { port } = await takePort();
    const sentence = await refusal(folder, { KEYMOOR_PORT: String(port) });
    expect(sentence).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
    expect(existsSync(join(folder, "data/first-start.txt"))).toBe(false);
    const server = await start(folder);
    expect(server.stdout()).toContain("first-start.txt");
    await stop(server);
  });
});

describe("a server refuses to start, in one clear sentence,", () => {
  it("on a data folder that another server uses", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    expect(await refusal(folder)).toContain("in use by another Keymoor server");
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await stop(server);
  });

  it("on a data folder that it cannot write", async () => {
    const folder = makeFolder();
    writeFileSync(join(folder, "data"), "a file where the folder should be");
    expect(await refusal(folder)).toContain("cannot be written");
  });

  it("on a wrong and on a missing master key, naming the key", async () => {
    const folder = makeFolder();
    await stop(await start(folder));
    const other = Buffer.alloc(32, 7).toString("base64");
    const wrong = await refusal(folder, { KEYMOOR_MASTER_KEY: other });
    expect(wrong).toMatch(
      /sealed under master key "mk-[0-9a-f]{16}", but the key given is "mk-[0-9a-f]{16}"/,
    );
    expect(wrong).not.toContain(other);
    rmSync(join(folder, "data/master.key"));
    expect(await refusal(folder)).toMatch(/is gone, and the data needs master key "mk-/);
  });

  it("on a database with a newer schema", async () => {
    const folder = makeFolder();
    await stop(await start(folder));
    const database = new DatabaseSync(join(folder, "data/keymoor.db"));
    database.exec(
      "insert into schema_migration (name, timestamp) values ('9999-from-the-future', '2099-01-01')",
    );
    database.close();
    expect(await refusal(folder)).toContain(
      'has schema "9999-from-the-future", which this version of Keymoor does not know',
    );
  });

  it("beyond loopback without a certificate", async () => {
    expect(await refusal(makeFolder(), { KEYMOOR_HOST: "0.0.0.0" })).toContain("KEYMOOR_TLS=terminated");
  });

  it("on an address that is not of this machine, or a name that nobody knows", async () => {
    const behindProxy = { KEYMOOR_TLS: "terminated" };
    expect(await refusal(makeFolder(), { ...behindProxy, KEYMOOR_HOST: "192.0.2.1" })).toContain(
      "The address 192.0.2.1 is not one of this machine.",
    );
    expect(await refusal(makeFolder(), { ...behindProxy, KEYMOOR_HOST: "no-such-host.invalid" })).toContain(
      "The host name no-such-host.invalid is not known.",
    );
  });

  it("on a wrong setting, flag or seed, and never repeats a value", async () => {
    const folder = withSeed("users: [ { id: u-1, emial: hunter2 } ]");
    expect(await refusal(folder, { KEYMOOR_PORT: "http" })).toContain("KEYMOOR_PORT must be a whole number");
    expect(await refusal(folder, {}, [program, "serve", "--prot=1"])).toContain(
      "Unknown flag --prot.\n\nSuggestions:\n    Did you mean --port?",
    );
    const withSecret = await refusal(folder, {}, [program, "serve", "--master-key", "hunter2"]);
    expect(withSecret).toContain("Set KEYMOOR_MASTER_KEY");
    const badSeed = await refusal(folder, { KEYMOOR_SEED: "seed.yaml" });
    expect(badSeed).toContain(
      'seed.yaml, users[0].emial: this key is not known here.\n\nSuggestions:\n    Did you mean "email"?',
    );
    expect(`${withSecret}${badSeed}`).not.toContain("hunter2");
    const bomb = withSeed(`a: &a [x]\nb: [${"*a,".repeat(200)}]\n`);
    expect(await refusal(bomb, { KEYMOOR_SEED: "seed.yaml" })).toContain("more aliases than are taken");
    expect(await refusal(folder, { KEYMOOR_EGRESS_ALLOW: "10.0.0.0/99" })).toContain("KEYMOOR_EGRESS_ALLOW");
    expect(await refusal(folder, { KEYMOOR_TLS_CERT: "none.pem", KEYMOOR_TLS_KEY: "none.pem" })).toContain(
      "KEYMOOR_TLS_CERT: ",
    );
  });
});

describe("a server that would hand out its own secrets", () => {
  it("refuses to start, and makes nothing", async () => {
    const folder = makeFolder();
    expect(await refusal(folder, { KEYMOOR_SECRETS_DIR: "data" })).toContain(
      "KEYMOOR_SECRETS_DIR is the data folder.",
    );
    expect(await refusal(folder, { KEYMOOR_SECRETS_DIR: "." })).toContain("contains the data folder.");
    expect(await refusal(folder, { KEYMOOR_SECRETS_ENV: "KEYMOOR_MASTER_KEY" })).toContain(
      "KEYMOOR_SECRETS_ENV names KEYMOOR_MASTER_KEY",
    );
    expect(existsSync(join(folder, "data"))).toBe(false);
  });
});

describe("a running server", () => {
  it("warns once of variables that are no settings", async () => {
    const server = await start(makeFolder(), { KEYMOOR_PROT: "1", KEYMOOR_WHATEVER: "1" });
    const { stderr } = await stop(server);
    const warnings = stderr.split("\n").filter((line) => line.includes('"level":"warn"'));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("KEYMOOR_PROT (did you mean KEYMOOR_PORT?), KEYMOOR_WHATEVER");
  });

  it.each(["SIGTERM", "SIGINT"] as const)("ends on %s with exit code 0", async (signal) => {
    const server = await start(makeFolder());
    expect(await stop(server, signal)).toMatchObject({ code: 0 });
  });

  it("answers a request that is under way before it ends, also when the order comes twice", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    const { path, key } = firstStartOf(folder);
    const body = JSON.stringify(connection("late"));
    const answer = new Promise<number | undefined>((resolve, reject) => {
      const request = httpRequest(
        `${server.url}${path}`,
        {
          method: "POST",
          auth: key,
          headers: {
            "content-type": "application/json",
            "content-length": body.length,
            expect: "100-continue",
          },
        },
        (response) => {
          response.resume();
          resolve(response.statusCode);
        },
      );
      request.once("error", reject);
      // The server has the head of the request and waits for its body.
      request.once("continue", () => {
        request.write(body.slice(0, 10));
        server.process.kill("SIGTERM");
        server.process.kill("SIGINT");
        untilRefused(server.url).then(() => request.end(body.slice(10)), reject);
      });
      request.flushHeaders();
    });
    expect(await answer).toBe(201);
    expect((await server.ended).code).toBe(0);
    const again = await start(folder);
    expect((await send(`${again.url}${path}/late`, key)).status).toBe(200);
    await stop(again);
  });

  it("says that it is stopping to whoever asks on a connection with a request under way", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    const { path, key } = firstStartOf(folder);
    const body = JSON.stringify(connection("late"));
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    let answers = "";
    socket.on("data", (chunk) => {
      const isFirst = answers === "";
      answers += chunk.toString();
      // The server has the head of the request and waits for its body.
      if (isFirst) server.process.kill("SIGTERM");
    });
    const closed = new Promise((resolve) => socket.once("close", resolve));
    const basic = Buffer.from(key).toString("base64");
    socket.write(
      `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Basic ${basic}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nExpect: 100-continue\r\n\r\n`,
    );
    await untilRefused(server.url);
    socket.write(`${body}GET /health HTTP/1.1\r\nHost: a\r\n\r\n`);
    await closed;
    expect(answers).toMatch(/HTTP\/1.1 201 [\s\S]*HTTP\/1.1 503 [\s\S]*\{"status":"stopping"\}$/);
    expect((await server.ended).code).toBe(0);
  });

  it("loses nothing that it acknowledged when it is killed, and starts again at once", async () => {
    const folder = makeFolder();
    const server = await start(folder);
    const { path, key } = firstStartOf(folder);
    const names = Array.from({ length: 20 }, (_, n) => `c${n}`);
    const answers = await Promise.all(
      names.map((name) => send(`${server.url}${path}`, key, connection(name))),
    );
    await stop(server, "SIGKILL");
    expect(answers.map(({ status }) => status)).toEqual(names.map(() => 201));
    const again = await start(folder);
    for (const name of names) expect((await send(`${again.url}${path}/${name}`, key)).status).toBe(200);
    await stop(again);
  });

  it("goes on when nobody reads its log or its start message any more", async () => {
    const folder = makeFolder();
    const server = await start(folder, { KEYMOOR_LOG_LEVEL: "debug" });
    const { path, key } = firstStartOf(folder);
    server.process.stdout?.destroy();
    server.process.stderr?.destroy();
    for (let n = 0; n < 5; n += 1) expect((await send(`${server.url}${path}`, key)).status).toBe(200);
    const body = connection("unread");
    expect((await send(`${server.url}${path}`, key, body)).status).toBe(201);
    expect(await stop(server)).toMatchObject({ code: 0 });
  });

  it("is bundled with the time at which its sources were read, so that a later edit is built", () => {
    const { mtimeMs, birthtimeMs } = statSync(program);
    expect(mtimeMs).toBeLessThan(birthtimeMs);
  });

  it("is started by scripts/start.js, which takes flags and ends on a signal", async () => {
    const folder = makeFolder();
    const server = await start(folder, {}, [startScript, "--data", "elsewhere"]);
    expect(existsSync(join(folder, "elsewhere/keymoor.db"))).toBe(true);
    expect(await stop(server)).toMatchObject({ code: 0 });
  });

  it("speaks TLS when it has a certificate", async () => {
    const folder = makeFolder();
    const authority = makeCertificate({ name: "test authority" });
    const { cert, key } = makeCertificate({ name: "localhost", issuer: authority, addresses: ["127.0.0.1"] });
    writeFileSync(join(folder, "cert.pem"), cert);
    writeFileSync(join(folder, "key.pem"), key);
    const server = await start(folder, { KEYMOOR_TLS_CERT: "cert.pem", KEYMOOR_TLS_KEY: "key.pem" });
    expect(server.url).toMatch(/^https:/);
    const status = await new Promise((resolve, reject) => {
      httpsRequest(`${server.url}/health`, { ca: authority.cert }, ({ statusCode }) => resolve(statusCode))
        .once("error", reject)
        .end();
    });
    expect(status).toBe(200);
    await stop(server);
  });

  it("listens at the address of a region as well", async () => {
    const listen = await freePort();
    const regions = `regions: [ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, listen: "127.0.0.1:${listen}" } ]`;
    const server = await start(withSeed(`${seedText}${regions}\n`), { KEYMOOR_SEED: "seed.yaml" });
    expect((await fetch(`http://127.0.0.1:${listen}/health`)).status).toBe(200);
    expect(await stop(server)).toMatchObject({ code: 0 });
  });
});

describe("the seed file", () => {
  it("invents no administrator when it has users, and is applied at every start", async () => {
    const folder = withSeed();
    const settings = { KEYMOOR_SEED: "seed.yaml" };
    const server = await start(folder, settings);
    expect(existsSync(join(folder, "data/first-start.txt"))).toBe(false);
    expect((await send(`${server.url}${seeded}/c1`, "K:s")).status).toBe(200);
    expect((await send(`${server.url}${seeded}/c1`, "K:s", undefined, "DELETE")).status).toBe(204);
    await stop(server);
    writeFileSync(
      join(folder, "seed.yaml"),
      `${seedText}${seedText.split("\n").at(-2)?.replace("c1", "c2")}\n`,
    );
    const again = await start(folder, settings);
    expect((await send(`${again.url}${seeded}/c1`, "K:s")).status).toBe(404);
    expect((await send(`${again.url}${seeded}/c2`, "K:s")).status).toBe(200);
    await stop(again);
  });
});

describe("keymoor audit verify", () => {
  const verify = (folder: string) => launch(folder, {}, [program, "audit", "verify"]).ended;

  it("counts the events of each instance, also while a server is serving, and finds one that was changed", async () => {
    const folder = withSeed();
    const server = await start(folder, { KEYMOOR_SEED: "seed.yaml" });
    expect(await verify(folder)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^Instance \S+: \d+ events, 1 to \d+, unbroken\.\n$/),
    });
    await stop(server);
    const database = new DatabaseSync(join(folder, "data/keymoor.db"));
    database.exec("update audit_event set action = 'nothing.happened' where sequence = 2");
    database.close();
    expect(await verify(folder)).toMatchObject({
      code: 1,
      stdout: "",
      stderr: expect.stringMatching(/^Error: The audit trail .*is broken at event 2: /),
    });
  });

  it("says where it looked when there is no database", async () => {
    expect(await refusal(makeFolder(), {}, [program, "audit", "verify"])).toContain(
      "There is no Keymoor database in",
    );
  });
});

describe("the command line", () => {
  it("lists every setting that has a flag, and says its version", () => {
    const help = execFileSync(process.execPath, [program, "serve", "--help"], { encoding: "utf8" });
    expect(help).toContain("--public-url");
    expect(help).toContain("KEYMOOR_AUDIT_RETENTION");
    expect(help).not.toContain("--master-key <");
    const version = execFileSync(process.execPath, [program, "--version"], { encoding: "utf8" });
    expect(version).toBe(
      `${JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version}\n`,
    );
  });
});

async function untilRefused(url: string): Promise<void> {
  for (;;) {
    const isOpen = await fetch(`${url}/health`, { headers: { connection: "close" } }).then(
      () => true,
      () => false,
    );
    if (!isOpen) return;
  }
}
