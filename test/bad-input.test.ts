import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type Answer,
  makeFolder,
  type RunningServer,
  sqlV1,
  startServer,
} from "./fixtures/server-process.ts";

const endpoint = "https://api.openai.com/v1/chat/completions";
const secret = "sk-bad-input-secret-0123456789";

/** Each refusal is one clear sentence with the right code, echoes nothing of the secret, and keeps nothing. */
describe("bad input", () => {
  const { folder, remove } = makeFolder();
  let server: RunningServer;

  beforeAll(async () => {
    server = await startServer(folder);
    const taken = await server.send("POST", `${sqlV1}/connections`, rest({ name: "taken" }));
    expect(taken.status).toBe(201);
  }, 60_000);

  afterAll(async () => {
    await server.end("SIGKILL");
    remove();
  });

  describe.each<[string, object, string, RegExp]>([
    ["a name with a blank", { name: "a b" }, "invalid_name", /letters, digits/],
    ["an empty name", { name: "" }, "invalid_name", /letters, digits/],
    ["a name with a slash", { name: "a/b" }, "invalid_name", /letters, digits/],
    ["a name that ends in a hyphen", { name: "a-" }, "invalid_name", /letter or digit/],
    ["a name that begins with an underscore", { name: "_a" }, "invalid_name", /letter or digit/],
    ["a name of 101 characters", { name: "a".repeat(101) }, "invalid_name", /100/],
    ["a name that is taken", { name: "taken" }, "resource_already_exists", /"taken"/],
    ["an unknown type", { type: "OPENAY" }, "unknown_connection_type", /Did you mean "openai"/],
    ["an unknown credential field", { data: { API_KEI: secret } }, "option_unknown", /API_KEY/],
    [
      "the secret of another way to authenticate",
      { data: { BEARER_TOKEN: secret } },
      "option_not_accepted",
      /"token".*"openai".*"api-key"/,
    ],
    [
      "two ways at once",
      { type: "ELASTIC", data: { API_KEY: secret, USERNAME: "u", PASSWORD: secret } },
      "auth_method_ambiguous",
      /"api-key" and "username"/,
    ],
    ["half of one way", { type: "ELASTIC", data: { USERNAME: "u" } }, "option_missing", /"password"/],
    ["no credential at all", { data: {} }, "option_missing", /"api-key"/],
    ["an empty secret", { data: { API_KEY: "" } }, "option_missing", /"api-key" is empty|needs "api-key"/],
    [
      "a secret of 4001 bytes in 2001 characters",
      { data: { API_KEY: `${"ä".repeat(2000)}x` } },
      "secret_too_long",
      /4000 bytes/,
    ],
    ["a mask sent back", { data: { API_KEY: "<REDACTED>" } }, "secret_is_mask", /mask/],
    ["a row of stars sent back", { data: { API_KEY: "******" } }, "secret_is_mask", /mask/],
    [
      "a reference to a variable that is not listed",
      { data: { API_KEY: "${env:HOME}" } },
      "secret_reference_invalid",
      /KEYMOOR_SECRETS_ENV/,
    ],
    [
      "a reference to a file when there is no folder",
      { data: { API_KEY: "${file:key}" } },
      "secret_reference_invalid",
      /KEYMOOR_SECRETS_DIR/,
    ],
    ["an endpoint that is no URL", { endpoint: "api.openai.com" }, "endpoint_invalid", /https/],
    ["an endpoint of another scheme", { endpoint: "ftp://api.openai.com/" }, "endpoint_invalid", /https/],
    [
      "an endpoint with user info",
      { endpoint: `https://user:${secret}@a.example/` },
      "endpoint_carries_credentials",
      /user/i,
    ],
    [
      "an endpoint with a key in its query",
      { endpoint: `https://a.example/?API-Key=${secret}` },
      "endpoint_carries_credentials",
      /"api-key"/i,
    ],
    [
      "an endpoint of 16385 characters",
      { endpoint: `https://a.example/${"a".repeat(16385)}` },
      "endpoint_invalid",
      /16384/,
    ],
    ["no endpoint", { endpoint: undefined }, "", /endpoint/],
    [
      "an AUTH_TYPE that contradicts",
      { data: { API_KEY: secret, AUTH_TYPE: "BASIC" } },
      "option_value_invalid",
      /AUTH_TYPE/,
    ],
    [
      "a transport that is none",
      { type: "MCP_SERVER", data: { BEARER_TOKEN: secret, TRANSPORT_TYPE: "HTTP" } },
      "option_value_invalid",
      /SSE or STREAMABLE_HTTP/,
    ],
    [
      "a database's password in a JDBC URL",
      {
        type: "CONFLUENT_JDBC",
        endpoint: `jdbc:postgresql://h:5432/d?password=${secret}`,
        data: { USERNAME: "u", PASSWORD: secret },
      },
      "endpoint_carries_credentials",
      /"password"/,
    ],
    [
      "a database's password in SQL Server's form",
      {
        type: "CONFLUENT_JDBC",
        endpoint: `jdbc:sqlserver://h:1433;user=u;password=${secret}`,
        data: { USERNAME: "u", PASSWORD: secret },
      },
      "endpoint_carries_credentials",
      /"password"|"username"/,
    ],
  ])("by REST: %s", (_, change, code, words) => {
    it("is refused with one sentence that helps, and leaves nothing", async () => {
      const body = rest({ name: "bad", ...change });
      const answer = await server.send("POST", `${sqlV1}/connections`, body);
      expectRefusal(answer, code, words);
      expect((await server.get(`${sqlV1}/connections/bad`)).status).toBe(404);
    });
  });

  describe.each<[string, string, string, RegExp]>([
    ["an option with an underscore", options("api_key"), "option_unknown", /"api-key"/],
    [
      "sse_endpoint",
      `CREATE CONNECTION bad WITH ('type'='mcp_server','endpoint'='https://a.example/mcp','token'='${secret}','sse_endpoint'='/sse')`,
      "option_unknown",
      /"sse-endpoint"/,
    ],
    ["a misspelt option", options("ap-key"), "option_unknown", /line 1, column \d+.*"api-key"/],
    [
      "an option given twice",
      options("api-key").replace(")", `,'api-key'='x')`),
      "option_twice",
      /"api-key"/,
    ],
    ["a foreign catalog", options("api-key").replace(" bad ", " other.db.bad "), "invalid_name", /default/],
    [
      "another environment",
      options("api-key").replace(")", ",'environment'='env-other')"),
      "option_value_invalid",
      /"environment"/,
    ],
    ["another cloud", options("api-key").replace(")", ",'cloud'='gcp')"), "option_value_invalid", /"cloud"/],
    [
      "another region",
      options("api-key").replace(")", ",'region'='eu-central-1')"),
      "option_value_invalid",
      /"region"/,
    ],
    ["no type", options("api-key").replace("'type'='openai',", ""), "option_missing", /"type"/],
    [
      "OR REPLACE with IF NOT EXISTS",
      options("api-key").replace("CREATE CONNECTION", "CREATE OR REPLACE CONNECTION IF NOT EXISTS"),
      "",
      /OR REPLACE/,
    ],
    ["TEMPORARY", options("api-key").replace("CREATE", "CREATE TEMPORARY"), "sql_not_supported", /TEMPORARY/],
    ["RENAME", "ALTER CONNECTION bad RENAME TO good", "sql_not_supported", /RENAME/],
    [
      "VALIDATE with options",
      `VALIDATE CONNECTION taken WITH ('api-key' = '${secret}')`,
      "sql_syntax",
      /end of the statement at line 1, column 27/,
    ],
    ["VALIDATE of nothing", "VALIDATE CONNECTION", "sql_syntax", /the name of the connection/],
    ["VALIDATE misspelt", `VALIDTE CONNECTION '${secret}'`, "sql_syntax", /did you mean VALIDATE/],
    ["RESET", "ALTER CONNECTION bad RESET ('api-key')", "sql_not_supported", /RESET/],
    [
      "a misspelt CONNECTION",
      options("api-key").replace("CONNECTION", "CONECTION"),
      "sql_syntax",
      /CONNECTION/,
    ],
    ["two statements", `${options("api-key")}; DROP CONNECTION bad`, "", /statement/],
    ["an unclosed quote", options("api-key").slice(0, -2), "sql_syntax", /line 1/],
    [
      "an unquoted name with a hyphen",
      options("api-key").replace(" bad ", " my-bad "),
      "sql_syntax",
      /line 1, column/,
    ],
    ["CASCADE", "DROP CONNECTION bad CASCADE", "", /CASCADE/],
  ])("by SQL: %s", (_, statement, code, words) => {
    it("is refused with one sentence that helps, and leaves no statement and no connection", async () => {
      const answer = await server.send("POST", `${sqlV1}/statements`, {
        name: "bad-statement",
        spec: { statement },
      });
      expectRefusal(answer, code, words);
      expect((await server.get(`${sqlV1}/statements/bad-statement`)).status).toBe(404);
      expect((await server.get(`${sqlV1}/connections/bad`)).status).toBe(404);
    });
  });

  it("that is no JSON, no object or too large is told so", async () => {
    const path = `${sqlV1}/connections`;
    expectRefusal(await server.send("POST", path, `{"name": "${secret}`), "malformed_body", /JSON/);
    expectRefusal(await server.send("POST", path, `["${secret}"]`), "invalid_request", /object/);
    expectRefusal(
      await server.send("POST", path, `{"name":"${"a".repeat(2 * 1024 * 1024)}"}`),
      "request_too_large",
      /1 MiB/,
    );
  });

  it("such as a page token of another list is refused", async () => {
    for (let n = 0; n < 3; n += 1) {
      expect((await server.send("POST", `${sqlV1}/connections`, rest({ name: `page-${n}` }))).status).toBe(
        201,
      );
    }
    const first = (await server.get(`${sqlV1}/connections?page_size=1`)).json as {
      metadata: { next: string };
    };
    const token = new URL(first.metadata.next).searchParams.get("page_token");
    const foreign = await server.get(
      `${sqlV1}/connections?page_size=1&spec.connection_type=OPENAI&page_token=${token}`,
    );
    expectRefusal(foreign, "invalid_page_token", /page/);
    expectRefusal(await server.get(`${sqlV1}/statements?page_token=${token}`), "invalid_page_token", /page/);
    expectRefusal(await server.get(`${sqlV1}/connections?page_size=0`), "", /page_size/);
    expectRefusal(await server.get(`${sqlV1}/connections?page_size=101`), "", /page_size/);
  });

  it("of many at once: of concurrent creates of one name exactly one wins", async () => {
    const answers = await Promise.all(
      Array.from({ length: 24 }, () => server.send("POST", `${sqlV1}/connections`, rest({ name: "race" }))),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([201, ...Array<number>(23).fill(409)]);
  });
});

function options(key: string): string {
  return `CREATE CONNECTION bad WITH ('type'='openai','endpoint'='${endpoint}','${key}'='${secret}')`;
}

interface Change {
  readonly name: string;
  readonly type?: string;
  readonly endpoint?: string | undefined;
  readonly data?: Readonly<Record<string, string>>;
}

function rest(change: Change) {
  const given = { type: "OPENAI", endpoint, data: { API_KEY: secret }, ...change };
  return {
    name: given.name,
    spec: {
      connection_type: given.type,
      endpoint: given.endpoint,
      auth_data: { kind: "PlaintextProvider", data: JSON.stringify(given.data) },
    },
  };
}

function expectRefusal(answer: Answer, code: string, words: RegExp): void {
  expect(answer.headers.get("content-type")).toMatch(/application\/json/);
  const [error] = (answer.json as { errors: { code: string; status: string; detail: string }[] }).errors;
  expect(error?.detail).toMatch(words);
  if (code !== "") expect(error?.code).toBe(code);
  expect(error?.status).toBe(String(answer.status));
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  expect(answer.text).not.toContain(secret);
}
