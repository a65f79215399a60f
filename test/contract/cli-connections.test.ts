import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connectionTypes } from "../../src/connections/types/index.ts";
import { environmentId, openaiBody, organizationId } from "../fixtures/services.ts";
import { type CredentialFlags, cliTypes } from "./cli/credential.ts";
import { type CliClient, cliClient } from "./cli-client.ts";
import { type ContractServer, openContractServer, person } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";

const where = { cloud: "aws", region: "us-east-1" };
const base = `/sql/v1/organizations/${organizationId}/environments/${environmentId}/connections`;

let server: ContractServer;
let cli: CliClient;
beforeAll(async () => {
  server = await openContractServer();
  cli = cliClient(`${server.origin}/confluent.cloud`, server.now);
  await cli.login(person);
});
afterAll(() => server.close());

const endpoints: Readonly<Record<string, string>> = {
  mongodb: "mongodb+srv://cluster0.example.mongodb.net",
  couchbase: "couchbases://cb.example.com",
  confluent_jdbc: "jdbc:postgresql://db.example.com:5432/app",
};

/** Flags whose values are no free text. */
const fixedValues: CredentialFlags = {
  "token-endpoint": "https://login.example.com/oauth2/token",
  "transport-type": "sse",
  "sse-endpoint": "https://mcp.example.com/events",
};

/** A value for every flag, of signs that Go's JSON escapes; `version` tells a rotation's from the first. */
function valuesOf(flags: readonly (keyof CredentialFlags)[], version: string): CredentialFlags {
  return Object.fromEntries(
    flags.map((flag) => [flag, fixedValues[flag] ?? `<${flag}> & "${version}" \\ ü 0123456789`]),
  );
}

const cases = Object.entries(cliTypes).flatMap(([type, sets]) =>
  sets.map((flags) => ({ type, flags, name: `${type}-${flags[0] ?? ""}` })),
);

describe("confluent flink connection", () => {
  it("knows the 19 types that Keymoor knows", () => {
    expect(Object.keys(cliTypes).sort()).toEqual(connectionTypes.map(({ name }) => name).sort());
  });

  it.each(cases)(
    "create, describe, list, update and delete: $type with $flags",
    async ({ type, flags, name }) => {
      const endpoint = endpoints[type] ?? `https://${type.replace("_", "-")}.example.com/v1`;
      const first = valuesOf(flags, "first");
      const row = {
        name,
        environment: environmentId,
        ...where,
        type: type.toUpperCase(),
        endpoint,
        data: "<REDACTED>",
        status: "PENDING",
        statusDetail: "",
      };
      const before = cli.session.exchanges.length;
      expect(await cli.connection.create(where, name, { type, endpoint, flags: first })).toMatchObject(row);
      expect(await cli.connection.describe(where, name)).toMatchObject(row);
      expect(await cli.connection.list(where, type)).toMatchObject([row]);
      expect(await cli.connection.update(where, name, valuesOf(flags, "second"))).toMatchObject(row);
      expect(await cli.connection.delete(where, name)).toEqual([name]);
      const answers = cli.session.exchanges
        .slice(before)
        .map(({ received }) => received.text)
        .join("\n");
      expect(flags.filter((flag) => answers.includes(JSON.stringify(`<${flag}>`).slice(1, -1)))).toEqual([]);
    },
  );

  it("sends five requests for a creation: environment, region, token, connection, report", async () => {
    const flags = { "api-key": "sk-five-0123456789" };
    const endpoint = "https://api.openai.com/v1/chat/completions";
    const requests = await cli.requestsOf(() =>
      cli.connection.create(where, "five", { type: "openai", endpoint, flags }),
    );
    expect(requests).toEqual([
      `GET /api/org/v2/environments/${environmentId}`,
      "GET /api/fcpm/v2/regions?cloud=aws&page_size=100&region_name=us-east-1",
      "POST /confluent.cloud/api/access_tokens",
      `POST ${base}`,
      "POST /api/cli/v1/usages",
    ]);
    const deletion = await cli.requestsOf(() => cli.connection.delete(where, "five"));
    expect(deletion.slice(3, 5)).toEqual([`GET ${base}/five`, `DELETE ${base}/five`]);
  });

  it("lists more connections than fit on one page", async () => {
    const names = Array.from({ length: 101 }, (_, n) => `many-${n}`);
    await Promise.all(names.map((name) => server.send("POST", base, openaiBody(name))));
    expect((await cli.connection.list(where, "openai")).map(({ name }) => name).sort()).toEqual(names.sort());
    expect(await cli.connection.list(where, "pinecone")).toEqual([]);
    await Promise.all(names.map((name) => server.send("DELETE", `${base}/${name}`)));
  });

  it("tells connections of regions apart by where the region object sends the CLI", async () => {
    expect(await failureOf(cli.connection.list({ cloud: "aws", region: "nowhere" }))).toBe("invalid region");
    expect(await failureOf(cli.connection.list({ cloud: "gcp", region: "us-east-1" }))).toBe(
      "invalid region",
    );
    expect(await cli.connection.list({ cloud: "AWS", region: "us-east-1" })).toEqual([]);
  });

  it("says what is wrong in the sentence that the CLI prints", async () => {
    const flags = { "api-key": "sk-wrong-0123456789" };
    const openai = { type: "openai", endpoint: "https://api.openai.com/v1/chat/completions", flags };
    await cli.connection.create(where, "taken", openai);
    const refusals: readonly (readonly [() => Promise<unknown>, RegExp])[] = [
      [() => cli.connection.create(where, "taken", openai), /"taken".*already/],
      [() => cli.connection.create(where, "We/ird Name", openai), /name/i],
      [() => cli.connection.create(where, "x", { ...openai, endpoint: "" }), /endpoint/],
      [() => cli.connection.create(where, "x", { ...openai, endpoint: "https://u:p@h" }), /endpoint/],
      [() => cli.connection.create(where, "x", { ...openai, flags: { "api-key": "" } }), /api-key/],
      [() => cli.connection.create(where, "x", { ...openai, type: "opena" }), /openai/i],
      [() => cli.connection.update(where, "taken", { token: "t-0123456789" }), /"token"/],
      [() => cli.connection.update(where, "missing", flags), /"missing"/],
      [() => cli.connection.describe(where, "missing"), /"missing"/],
    ];
    for (const [run, sentence] of refusals) expect(await failureOf(run())).toMatch(sentence);
    await cli.connection.delete(where, "taken");
  });

  it("refuses a stream of server-sent events over an HTTP transport, which the CLI lets through in lower case", async () => {
    const flags = { token: "t-0123456789", "transport-type": "streamable_http", "sse-endpoint": "/sse" };
    const mcp = { type: "mcp_server", endpoint: "https://mcp.example.com/mcp", flags };
    expect(await failureOf(cli.connection.create(where, "mcp", mcp))).toContain("sse-endpoint");
  });
});
