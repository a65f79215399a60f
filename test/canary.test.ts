import { readdirSync, readFileSync, statSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AuthMethod, ConnectionType } from "../src/connections/define.ts";
import { connectionTypes } from "../src/connections/types/index.ts";
import { makeSigningKey, startIssuer } from "./fixtures/issuer.ts";
import { listenOnLoopback } from "./fixtures/loopback.ts";
import { runProgram } from "./fixtures/run-program.ts";
import {
  keymoorV1,
  makeFolder,
  type RunningServer,
  seeded,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

/**
 * Unique secrets go through every surface, in good and in broken input; then none of them may be anywhere. A secret that
 * shows in any answer, log line or file, in any usual encoding, fails this test by its number.
 */
describe("a secret sent to the server", () => {
  const { folder, remove } = makeFolder();
  const canaries: string[] = [];
  /** User names and the like, which an export has: whoever may rotate may see them. */
  const identifying = new Set<string>();
  const answers: string[] = [];
  let server: RunningServer;
  const received: string[] = [];
  /** Webhooks: what other systems are told is searched like an answer. */
  const reported: string[] = [];
  const upstream = createServer((request, response) => {
    if (request.url === "/hook") {
      let text = JSON.stringify(request.headers);
      request.on("data", (chunk) => {
        text += chunk;
      });
      request.on("end", () => {
        reported.push(text);
        response.end();
      });
      return;
    }
    received.push(JSON.stringify(request.headers));
    answerLike(request, response);
  });
  let upstreamUrl = "";

  /** A new secret. Quotes, markup, blanks and umlauts make its encodings differ from it. */
  function canary(): string {
    const value = `cnry${String(canaries.length).padStart(4, "0")}-${crypto.randomUUID()}-"<ä>&'\\ end`;
    canaries.push(value);
    return value;
  }

  async function send(method: string, path: string, body: unknown, key?: string) {
    const answer = await server.send(method, path, body, key);
    answers.push(`${answer.text} ${JSON.stringify([...answer.headers])}`);
    return answer;
  }

  function sql(text: string, properties: Readonly<Record<string, string>> = {}) {
    return send("POST", `${sqlV1}/statements`, {
      name: `s-${crypto.randomUUID()}`,
      spec: { statement: text, properties },
    });
  }

  beforeAll(async () => {
    upstreamUrl = (await listenOnLoopback(upstream)).url;
    const webhookSecret = `whsec_${Buffer.from("cnryhook-0123456789abcdefghijklmnop").toString("base64")}`;
    canaries.push("cnryhook-0123456789abcdefghijklmnop", webhookSecret);
    server = await startServer(folder, {
      KEYMOOR_WEBHOOK_URL: `${upstreamUrl}/hook`,
      KEYMOOR_WEBHOOK_SECRET: webhookSecret,
    });
  }, 60_000);

  afterAll(async () => {
    upstream.close();
    await server.end("SIGKILL");
    remove();
  });

  it("is in no answer, log line, audit event or file afterwards", async () => {
    for (const type of connectionTypes) {
      for (const method of type.auth) await driveRest(type, method);
      for (const method of type.auth) await driveSql(type, method);
    }
    await driveBrokenBodies();
    await driveBrokenStatements();
    await driveCalls();
    await driveChecks();
    await driveCommandLine();
    await driveCredentials();
    await driveIdentities();
    await driveSignIn();
    for (const path of [
      `${sqlV1}/connections?page_size=100`,
      `${sqlV1}/statements?page_size=100`,
      `${keymoorV1}/connections?page_size=100`,
      `${keymoorV1}/connections/rest-openai-api-key/dependants`,
      `${keymoorV1}/use-tokens`,
      "/keymoor/v1/audit-events?page_size=100",
      "/keymoor/v1/connection-types",
      "/keymoor/v1/whoami",
      "/keymoor/v1/identity-pools",
      "/iam/v2/users?page_size=1",
      "/iam/v2/invitations",
      "/api/users",
      "/api/me",
    ]) {
      await readAllPages(path);
    }
    expect((await send("GET", "/metrics", undefined)).text).toContain("keymoor_checks_total");
    await server.end("SIGTERM");
    expect(canaries.length).toBeGreaterThan(150);

    const places: [string, Buffer][] = [
      ["the answers", Buffer.from(answers.join("\n"))],
      ["the output", Buffer.from(server.output())],
      ...filesBelow(folder).map((file): [string, Buffer] => [file, readFileSync(file)]),
    ];
    const found = canaries.flatMap((value, number) =>
      places
        .filter(([place]) => !(place.endsWith("/exported.yaml") && identifying.has(value)))
        .filter(([, bytes]) => encodings(value).some((form) => bytes.includes(form)))
        .map(([place]) => `secret ${number} in ${place}`),
    );
    expect(found).toEqual([]);
    // The canary proves nothing unless secrets do arrive where they belong.
    expect(canaries.some((value) => received.some((headers) => headers.includes(value.slice(0, 40))))).toBe(
      true,
    );
  }, 180_000);

  async function driveRest(type: ConnectionType, method: AuthMethod) {
    const name = `rest-${type.name}-${method.name}`.replaceAll("_", "-");
    const body = () => ({
      name,
      spec: {
        connection_type: type.name.toUpperCase(),
        endpoint: type.endpoint.example,
        auth_data: { kind: "PlaintextProvider", data: JSON.stringify(wireValues(method)) },
      },
    });
    expect((await send("POST", `${sqlV1}/connections`, body())).status).toBe(201);
    expect((await send("POST", `${sqlV1}/connections`, body())).status).toBe(409);
    expect((await send("PUT", `${sqlV1}/connections/${name}`, body())).status).toBe(200);
    await send("PUT", `${sqlV1}/connections/${name}`, { ...body(), name: "other" });
    await send("PUT", `${sqlV1}/connections/${name}`, body(), seeded.developerKey);
    await send("PUT", `${sqlV1}/connections/missing`, body());
    await send("GET", `${sqlV1}/connections/${name}`, undefined);
    await send("GET", `${keymoorV1}/connections/${name}`, undefined, seeded.developerKey);
    await send("GET", `${keymoorV1}/connections/${name}/versions`, undefined);
    await sql(`SHOW CREATE CONNECTION \`${name}\``);
  }

  async function driveSql(type: ConnectionType, method: AuthMethod) {
    const name = `sql-${type.name}-${method.name}`.replaceAll("_", "-");
    const options = () =>
      Object.entries(method.fields)
        .map(([key, field]) => `'${key}' = '${quote(fieldValue(field))}'`)
        .join(", ");
    const head = `CREATE CONNECTION \`${name}\` WITH ('type' = '${type.name}', 'endpoint' = '${type.endpoint.example}', `;
    const created = await sql(`${head}${options()})`);
    expect([name, created.status, created.text.includes("COMPLETED")]).toEqual([name, 201, true]);
    await sql(`${head}${options()})`);
    await sql(`ALTER CONNECTION \`${name}\` SET (${options()})`);
    await sql(`ALTER CONNECTION \`missing\` SET (${options()})`);
    await sql(`SHOW CREATE CONNECTION \`${name}\``);
    await sql(`DROP CONNECTION \`${name}\``);
  }

  async function driveBrokenBodies() {
    const path = `${sqlV1}/connections`;
    const spec = { connection_type: "OPENAI", endpoint: "https://a.example/v1/chat/completions" };
    const data = (value: unknown) => ({
      name: "broken",
      spec: { ...spec, auth_data: { kind: "PlaintextProvider", data: value } },
    });
    const bodies: (() => unknown)[] = [
      () => `{"name":"x","spec":{"auth_data":{"data":"${canary()}`,
      () => canary(),
      () => data(canary()),
      () => data({ API_KEY: canary() }),
      () => data([canary()]),
      () => data(JSON.stringify({ API_KEY: canary(), TOKEN: canary() })),
      () => data(JSON.stringify({ API_KEI: canary() })),
      () => data(JSON.stringify({ [canary()]: "x" })),
      () => data(JSON.stringify({ API_KEY: [canary()] })),
      () => data(JSON.stringify({ USERNAME: canary(), PASSWORD: canary() })),
      () => data(JSON.stringify({ API_KEY: canary(), AUTH_TYPE: canary() })),
      () => data(JSON.stringify({ API_KEY: canary().repeat(80) })),
      () => data(`{"API_KEY": "${canary()}`),
      () => ({ name: canary(), spec: { ...spec, auth_data: { data: "{}" } } }),
      () => ({ ...data("{}"), [canary()]: 1 }),
      () => ({ name: "x", spec: { ...spec, connection_type: canary(), auth_data: data("{}") } }),
      () => ({ name: "x", spec: { ...spec, endpoint: canary(), auth_data: { data: "{}" } } }),
      () => ({
        name: "x",
        spec: {
          ...spec,
          endpoint: `https://user:${encodeURIComponent(canary())}@a.example/`,
          auth_data: { data: "{}" },
        },
      }),
      () => ({
        name: "x",
        spec: {
          ...spec,
          endpoint: `https://a.example/?api-key=${encodeURIComponent(canary())}`,
          auth_data: { data: "{}" },
        },
      }),
      () => ({ name: "x", spec: { ...spec, auth_data: { kind: canary(), data: "{}" } } }),
      () => ({
        name: "x",
        spec: { ...spec, auth_data: { kind: "PlaintextProvider", data: "{}", password: canary() } },
      }),
    ];
    for (const body of bodies) expect((await send("POST", path, body())).status).toBe(400);
    for (const body of bodies) await send("PUT", `${path}/rest-openai-api-key`, body());
    for (const body of bodies) await send("POST", `${sqlV1}/statements`, body());
    for (const body of bodies) await send("POST", `${keymoorV1}/use-tokens`, body());
    await send("GET", `${path}?page_token=${encodeURIComponent(canary())}`, undefined);
    await send("GET", `${path}?page_size=${encodeURIComponent(canary())}`, undefined);
    await send("GET", `${path}?spec.connection_type=${encodeURIComponent(canary())}`, undefined);
    await send("GET", `${path}?${encodeURIComponent(canary())}=1`, undefined);
    await send("GET", `${path}/${encodeURIComponent(canary())}`, undefined);
    await send("DELETE", `${path}/${encodeURIComponent(canary())}`, undefined);
    await send("GET", `/${encodeURIComponent(canary())}`, undefined);
    await send(
      "GET",
      `/sql/v1/organizations/${encodeURIComponent(canary())}/environments/x/connections`,
      undefined,
    );
  }

  async function driveBrokenStatements() {
    const value = () => quote(canary());
    const good = (secret: string) =>
      `CREATE CONNECTION broken WITH ('type'='openai','endpoint'='https://a.example/v1/chat/completions','api-key'='${secret}')`;
    const texts: (() => string)[] = [
      () => good(value()).replace("CONNECTION", "CONECTION"),
      () => good(value()).replace("CREATE", "CRATE"),
      () => good(value()).replace("api-key", "ap-key"),
      () => good(value()).replace("'api-key'=", "'api-key',"),
      () => good(value()).replace("'api-key'='", "'api-key'=\""),
      () => good(value()).slice(0, -2),
      () => `${good(value())}; ${good(value())}`,
      () => `-- ${canary()}\n${good(value())} garbage`,
      () => `/* ${canary()} ${good("x")}`,
      () => good(value()).replace("WITH", `COMMENT '${value()}' WIHT`),
      () => `CREATE TEMPORARY CONNECTION c WITH ('type'='openai','api-key'='${value()}')`,
      () => `ALTER CONNECTION c RESET ('${value()}')`,
      () => `CREATE CONNECTION \`${canary().replaceAll("`", "")}\` WITH ('type'='openai')`,
      () => `CREATE CONNECTION c WITH ('${value()}'='x')`,
      () => `CREATE CONNECTION c WITH ('type'='${value()}')`,
      () => `CREATE CONNECTION c WITH ('type'='openai','endpoint'='https://u:${value()}@a.example/')`,
      () => `SHOW CONNECTIONS LIKE '${value()}'`,
      () => `CREATE TABLE t (a INT) WITH ('connector'='jdbc','password'='${value()}')`,
      () => `CREATE MODEL m WITH ('provider'='openai','openai.api-key'='${value()}')`,
      () => `CREATE MODEL n WITH ('openai.api-key'='${value()}','openai.connection'='rest-openai-api-key')`,
      () => `CREATE MODEL o WITH ('openai.connection'='${value()}')`,
      () => `CREATE TOOL t USING CONNECTION '${value()}'`,
      () => `CREATE FUNCTION f AS 'F' USING CONNECTIONS ('${value()}', "${canary().replaceAll('"', "")}")`,
      () => `SET 'sql.secrets.key' = '${value()}'`,
    ];
    for (const text of texts) await sql(text());
    await sql("SHOW CONNECTIONS", { "sql.secrets.mine": canary(), "sql.secret.mine": canary() });
  }

  async function driveCalls() {
    const token = canary();
    const plain = `calltoken-${crypto.randomUUID()}`;
    canaries.push(plain);
    const create = (name: string, secret: string) =>
      send("POST", `${sqlV1}/connections`, {
        name,
        spec: {
          connection_type: "REST",
          endpoint: `${upstreamUrl}/base`,
          auth_data: { kind: "PlaintextProvider", data: JSON.stringify({ BEARER_TOKEN: secret }) },
        },
      });
    await create("call-odd", token);
    expect((await create("call-plain", plain)).status).toBe(201);
    for (const path of [
      "",
      "/ok",
      "/echo",
      "/echo-late",
      "/refuse",
      `/${encodeURIComponent(canary())}?q=${encodeURIComponent(canary())}`,
    ]) {
      await send("POST", `/c/call-plain${path}`, { prompt: canary() }, seeded.flinkKey).catch(
        () => undefined,
      );
      await send("POST", `/c/call-odd${path}`, { prompt: canary() }, seeded.flinkKey).catch(() => undefined);
    }
    expect(received.some((headers) => headers.includes(plain))).toBe(true);
  }

  /** Services that repeat the key they are shown, when they accept it and when they refuse it. */
  async function driveChecks() {
    const body = (name: string, path: string, secret = canary()) => ({
      name,
      spec: {
        connection_type: "OPENAI",
        endpoint: `${upstreamUrl}${path}/v1/chat/completions`,
        auth_data: { kind: "PlaintextProvider", data: JSON.stringify({ API_KEY: secret }) },
      },
    });
    // Plain enough for a header, else it never leaves.
    const plain = () => {
      const value = `checkkey-${crypto.randomUUID()}`;
      canaries.push(value);
      return value;
    };
    for (const path of ["/ok", "/echo", "/echo-late", "/refuse"]) {
      const name = `check${path.replace("/", "-")}`;
      for (const secret of [canary(), plain()]) {
        await send("POST", `${keymoorV1}/connection-checks`, body(name, path, secret));
        await send("POST", `${sqlV1}/connections?if=verified`, body(`${name}-kept`, path, secret));
        await send("POST", `${sqlV1}/connections`, body(name, path, secret));
        expect((await send("POST", `${keymoorV1}/connections/${name}/verify`, undefined)).status).toBe(200);
        await sql(`VALIDATE CONNECTION \`${name}\``);
        await send("GET", `${keymoorV1}/connections/${name}/checks`, undefined);
        await send("PUT", `${sqlV1}/connections/${name}?if=verified`, body(name, path, plain()));
        await send("DELETE", `${sqlV1}/connections/${name}`, undefined);
      }
      await send("POST", `${sqlV1}/connections`, body(name, path, plain()));
      await send("POST", `${keymoorV1}/connections/${name}/verify`, undefined);
    }
    await send("POST", `${keymoorV1}/connection-plans`, {
      managed_by: "file:canary",
      prune: true,
      connections: [
        {
          name: "check-ok",
          cloud: "aws",
          region: "us-east-1",
          type: "openai",
          endpoint: `${upstreamUrl}/ok/v1/chat/completions`,
          credential: { "api-key": canary() },
        },
        { name: "planned", type: canary(), endpoint: canary(), credential: { [canary()]: canary() } },
      ],
    });
    await sql(`VALIDATE CONNECTION '${quote(canary())}'`);
    await expect.poll(() => reported.length).toBeGreaterThan(3);
    answers.push(...reported);
  }

  /** What it prints is searched like an answer, what it writes lies in the folder and is searched with it. */
  async function driveCommandLine() {
    const [id = "", secret = ""] = seeded.cloudKey.split(":");
    const env = {
      KEYMOOR_URL: server.url,
      KEYMOOR_API_KEY: id,
      KEYMOOR_API_SECRET: secret,
      KEYMOOR_CONFIG_HOME: join(folder, "config"),
      KEYMOOR_DATA: join(folder, "data"),
      CANARY_KEY: canary(),
      HOME: folder,
    };
    const keymoor = async (args: readonly string[], input = "") => {
      const ran = await runProgram(args, env, { folder, input });
      answers.push(`${ran.stdout} ${ran.stderr}`);
      return ran;
    };
    const create = (name: string) => [
      ...["connection", "create", name, "--region", "us-east-1", "--type", "openai"],
      ...["--endpoint", `${upstreamUrl}/refuse/v1/chat/completions`],
    ];
    expect((await keymoor([...create("cli-flag"), "--api-key", canary()])).code).toBe(0);
    expect((await keymoor([...create("cli-stdin"), "--api-key", "-"], `${canary()}\n`)).code).toBe(0);
    await keymoor([...create("cli-checked"), "--api-key", "-", "--check"], canary());
    await keymoor([...create("cli-flag"), "--api-key", canary()]);
    await keymoor([...create("cli-wrong"), "--api-kye", canary()]);
    await keymoor([...create("cli-wrong"), `--api-kye=${canary()}`]);
    await keymoor([...create("cli-wrong"), "--token", canary()]);
    await keymoor([...create("cli-wrong"), canary()]);
    await keymoor(["connection", "rotate", "cli-flag", "--region", "us-east-1", "--api-key", canary()]);
    await keymoor(["connection", "verify", "cli-flag", "--region", "us-east-1"]);
    await keymoor(["connection", "describe", "cli-flag", "--region", "us-east-1", "-o", "json"]);
    await keymoor([
      "sql",
      "--region",
      "us-east-1",
      `ALTER CONNECTION missing SET ('api-key' = '${quote(canary())}')`,
    ]);
    await keymoor(
      ["sql", "--region", "us-east-1"],
      `CREATE CONECTION x WITH ('api-key'='${quote(canary())}');\n`,
    );
    const file = (value: string) => `connections:
  - { name: cli-applied, environment: ${seeded.environment}, cloud: aws, region: us-east-1, type: openai,
      endpoint: "${upstreamUrl}/ok/v1/chat/completions", credential: { api-key: ${JSON.stringify(value)} } }\n`;
    await keymoor(["apply", "-f", "-", "--managed-by", "canary", "--yes"], file(canary()));
    await keymoor(["apply", "-f", "-", "--managed-by", "canary", "--yes"], file("${client-env:CANARY_KEY}"));
    await keymoor(
      ["apply", "-f", "-", "--managed-by", "canary", "--yes"],
      file(`x\${client-env:${canary()}}`),
    );
    await keymoor(["export", "--environment", seeded.environment, "--output-file", "exported.yaml"]);
    expect((await keymoor(["admin", "backup", "--output-file", "backup.db"])).code).toBe(0);
    expect((await keymoor(["connection", "list"])).stdout).toContain("cli-applied");
  }

  async function driveCredentials() {
    const used = await send("POST", `${keymoorV1}/use-tokens`, {
      name: "t",
      connections: ["call-plain"],
      expires_in_seconds: 60,
    });
    const { token } = used.json as { token: string };
    expect(token).toMatch(/^kmt_/);
    // Shown once, so it is in exactly this answer and in nothing else.
    answers.pop();
    canaries.push(token);
    const bearer = await fetch(`${server.url}/c/call-plain/ok`, {
      headers: { authorization: `Bearer ${token}` },
    });
    answers.push(await bearer.text());
    // So is the secret of a new key, which then opens the way like a seeded one.
    const made = await send("POST", "/iam/v2/api-keys", { spec: { display_name: "canary" } });
    const { id, spec } = made.json as { id: string; spec: { secret: string } };
    expect([made.status, spec.secret.length]).toEqual([202, 64]);
    answers.pop();
    canaries.push(spec.secret);
    for (const path of [`/iam/v2/api-keys/${id}`, "/iam/v2/api-keys?page_size=100"])
      expect((await send("GET", path, undefined, `${id}:${spec.secret}`)).status).toBe(200);
    await send("PATCH", `/iam/v2/api-keys/${id}`, { spec: { description: "seen" } });
    await send("GET", `${sqlV1}/connections`, undefined, `CLOUDKEY:${canary()}`);
    await send("GET", `${sqlV1}/connections`, undefined, `${canary()}:x`);
    for (const secret of ["cloud-secret", "flink-secret", "developer-secret"]) {
      expect(server.output()).not.toContain(secret);
    }
  }

  /** Tokens of an external issuer, and those they are exchanged for: good ones, and ones that fail in every way. */
  async function driveIdentities() {
    const issuer = await startIssuer(await makeSigningKey("canary"), () => new Date());
    const pool = await send("POST", "/keymoor/v1/identity-pools", {
      name: "canary",
      issuer: issuer.url,
      audience: "keymoor",
      claims: { sub: "job" },
      service_account: "sa-dev123",
    });
    const { id } = pool.json as { id: string };
    const ask = async (path: string, token: string, init: RequestInit = {}) => {
      canaries.push(...token.split(".").slice(1));
      const headers = { authorization: `Bearer ${token}`, "confluent-identity-pool-id": id, ...init.headers };
      const answer = await fetch(`${server.url}${path}`, { ...init, headers });
      const text = await answer.text();
      answers.push(`${text} ${JSON.stringify([...answer.headers])}`);
      return { status: answer.status, text };
    };
    const exchange = (token: string) =>
      ask("/sts/v1/oauth2/token", token, {
        method: "POST",
        headers: { authorization: "" },
        body: new URLSearchParams({
          grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
          subject_token: token,
          subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
          identity_pool_id: id,
        }),
      });
    const wrong = [
      { sub: canary() },
      { sub: "job", aud: canary() },
      { iss: canary() },
      { exp: 1, sub: canary() },
    ];
    for (const claims of wrong) {
      const token = await issuer.sign(claims);
      expect((await ask(`${sqlV1}/connections`, token)).status).toBe(401);
      expect((await exchange(token)).status).toBe(401);
    }
    const token = await issuer.sign({ secret: canary() });
    expect((await ask(`${sqlV1}/connections`, token)).status).toBe(200);
    await ask("/c/call-plain/echo", token);
    await ask(`${keymoorV1}/connections/call-plain/call/ok`, token);
    await ask(`${sqlV1}/connections`, `${token}x`);
    const exchanged = await exchange(token);
    const { access_token: ours } = JSON.parse(exchanged.text) as { access_token: string };
    answers.pop(); // shown once
    expect((await ask(`${sqlV1}/connections`, ours)).status).toBe(200);
    await ask(`${sqlV1}/connections`, `${ours}x`);
    issuer.close();
  }

  /** Passwords, and what is shown once to whoever signed in: it is in exactly that answer, which is not searched. */
  async function driveSignIn() {
    const post = async (path: string, body: unknown, headers: Readonly<Record<string, string>> = {}) => {
      const answer = await fetch(`${server.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body),
      });
      const text = await answer.text();
      const cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? "";
      return { status: answer.status, text, cookie, json: text === "" ? undefined : JSON.parse(text) };
    };
    const searched = async (...given: Parameters<typeof post>) => {
      const answer = await post(...given);
      answers.push(answer.text);
      return answer;
    };
    /** The last part is the random one, of a JWT the signature. */
    const lastPart = (text: string) => canaries.push(text.split(".").at(-1) ?? "");

    const email = "dev@example.com";
    const password = "a-long-password-1"; // as the seed has it
    canaries.push(password);
    for (const path of ["/api/sessions", "/keymoor/v1/session"]) {
      for (const body of [
        { email, password: canary() },
        { email: canary(), password: canary() },
        { email: `${canary()}@example.com`, password: [canary()] },
        { email, password, [canary()]: canary() },
        { email, password: canary().repeat(40) },
        { refreshToken: canary() },
      ]) {
        const { text, status } = await post(path, body);
        // Official clients' fields that nobody knows are ignored, and that one signs in.
        if (status >= 400) answers.push(text);
      }
      await send("GET", `/api/login/realm?email=${encodeURIComponent(canary())}`, undefined);
    }
    const client = await post("/api/sessions", { email, password });
    expect(client.status).toBe(200);
    lastPart(client.json.token);
    lastPart(client.json.refresh_token);
    const bearer = { authorization: `Bearer ${client.json.token}` };
    const dataPlane = await post("/api/access_tokens", {}, bearer);
    lastPart(dataPlane.json.token);
    const dataPlaneBearer = { authorization: `Bearer ${dataPlane.json.token}` };
    const statement = { name: "s-signed-in", spec: { statement: "SHOW CONNECTIONS" } };
    expect((await searched(`${sqlV1}/statements`, statement, dataPlaneBearer)).status).toBe(201);
    expect((await searched("/api/cli/v1/usages", { flags: [canary()] }, bearer)).status).toBe(200);

    const browser = await post("/keymoor/v1/session", { email, password });
    lastPart(browser.cookie);
    const console = { cookie: browser.cookie, "keymoor-csrf": browser.json.csrf_token };
    const calls = received.length;
    expect((await searched(`${keymoorV1}/connections/call-plain/call/ok`, {}, console)).status).toBe(200);
    expect(received.slice(calls).join()).not.toMatch(/keymoor_session|keymoor-csrf/);

    const invited = await post("/iam/v2/invitations", { email: "new@example.com" }, bearer);
    expect(invited.status).toBe(201);
    lastPart(invited.json.link);
    const [, token = ""] = invited.json.link.split("#");
    const accept = "/keymoor/v1/invitations/accept";
    await searched(accept, { token: canary(), password: canary() });
    await searched(accept, { token, password: canary().slice(0, 8) });
    const chosen = canary();
    const accepted = await post(accept, { token, password: chosen });
    expect(accepted.status).toBe(201);
    lastPart(accepted.cookie);
    await searched(accept, { token, password: canary() });
    await searched("/keymoor/v1/session/link", { token: canary() });
    const own = { cookie: accepted.cookie, "keymoor-csrf": accepted.json.csrf_token };
    const change = (current_password: string, new_password: string) =>
      searched("/keymoor/v1/password", { current_password, new_password }, own);
    await change(canary(), canary());
    expect((await change(chosen, canary())).status).toBe(204);
    const ended = await fetch(`${server.url}/api/sessions`, {
      method: "DELETE",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ idToken: client.json.token }),
    });
    answers.push(await ended.text());
    expect((await searched("/api/access_tokens", {}, bearer)).status).toBe(401);
  }

  async function readAllPages(path: string) {
    let next = path;
    while (next !== "") {
      const answer = await send("GET", next, undefined);
      expect([next.split("?")[0], answer.status]).toEqual([next.split("?")[0], 200]);
      const { metadata } = answer.json as { metadata?: { next?: string } };
      next = (metadata?.next ?? "").replace(/^https?:\/\/[^/]+/, "");
    }
  }

  function wireValues(method: AuthMethod): Record<string, string> {
    return Object.fromEntries(Object.values(method.fields).map((field) => [field.wire, fieldValue(field)]));
  }

  /** Identifying fields are masked like secrets, so they are canaries too. */
  function fieldValue(field: AuthMethod["fields"][string]): string {
    if (field.public === true) return "https://auth.example/token";
    const value = canary();
    if (field.secret !== true) identifying.add(value);
    return value;
  }
});

function quote(text: string): string {
  return text.replaceAll("'", "''");
}

/** The first 40 characters are unique and plain; whole forms cover encodings in which they would not show. */
function encodings(value: string): readonly Buffer[] {
  const core = value.slice(0, 40);
  const forms = [core, value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)];
  const bytes = Buffer.from(core);
  const encoded = [bytes.toString("hex"), bytes.toString("hex").toUpperCase()];
  // Base64 of a text inside another depends on where it starts; the middle of each of the three alignments is searched.
  const base64 = [0, 1, 2].map((shift) =>
    Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .slice(4, -4),
  );
  return [
    ...forms,
    ...encoded,
    ...base64,
    ...base64.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ].map((form) => Buffer.from(form));
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((file) => statSync(file).isFile() && !file.endsWith("seed.yaml"));
}

/** `/echo` answers with the headers it got, `/echo-late` after a first chunk, `/refuse` with a 401 that repeats the key. */
function answerLike(request: IncomingMessage, response: import("node:http").ServerResponse): void {
  const shown = JSON.stringify(request.headers);
  request.resume();
  request.on("end", () => {
    if (request.url?.includes("/echo-late")) {
      response.write("first ");
      setTimeout(() => response.end(shown), 20);
      return;
    }
    if (request.url?.includes("/refuse")) {
      response.writeHead(401, { "content-type": "application/json" });
      response.end(`{"error":"Incorrect key: ${request.headers.authorization}"}`);
      return;
    }
    response.end(request.url?.includes("/echo") ? shown : '{"ok":true}');
  });
}
