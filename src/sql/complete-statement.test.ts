import { describe, expect, test } from "vitest";
import { completeStatement, type KnownType } from "./complete-statement.ts";

const names = ["my-openai", "my_rest", "table"];
const types: readonly KnownType[] = [
  {
    name: "openai",
    endpointExample: "https://api.openai.com/v1/chat/completions",
    options: [{ key: "api-key", values: [] }],
  },
  {
    name: "bedrock",
    endpointExample: "https://bedrock-runtime.us-east-1.amazonaws.com/model/m/invoke",
    options: [{ key: "aws-secret-key", values: [] }],
  },
  {
    name: "mcp_server",
    endpointExample: "https://mcp.example.com/mcp",
    options: [
      { key: "transport-type", values: ["SSE", "STREAMABLE_HTTP"] },
      { key: "client-secret", values: [] },
    ],
  },
];
const complete = (text: string) => completeStatement(text, types, async () => names);

async function candidates(text: string): Promise<readonly string[]> {
  return (await complete(text)).candidates;
}

describe("completion in the shell", () => {
  test.each([
    ["CRE", "CRE", ["CREATE"]],
    ["cre", "cre", ["create"]],
    ["CREATE CONN", "CONN", ["CONNECTION"]],
    ["SHOW ", "", ["CONNECTIONS", "CREATE CONNECTION"]],
    ["CREATE CONNECTION c ", "", ["COMMENT", "WITH ("]],
    ["CREATE CONNECTION `a-b`\n  W", "W", ["WITH ("]],
    ["CREATE CONNECTION c COMMENT 'x' ", "", ["WITH ("]],
    ["ALTER CONNECTION c S", "S", ["SET ("]],
    ["ALTER CONNECTION c SET ", "", []],
  ])("behind %j come keywords", async (text, typed, expected) => {
    expect(await complete(text)).toEqual({ candidates: expected, typed });
  });

  test.each([
    "DROP CONNECTION ",
    "ALTER CONNECTION IF EXISTS ",
    "DESCRIBE CONNECTION EXTENDED ",
    "show create connection ",
    "CREATE FUNCTION f AS 'x' USING CONNECTION ",
  ])("behind %j come names, in back-quotes where they need them", async (text) => {
    expect(await candidates(text)).toEqual(expect.arrayContaining(["`my-openai`", "my_rest", "`table`"]));
  });

  test("a name is found with and without its back-quote", async () => {
    expect(await complete("DROP CONNECTION my-o")).toEqual({ candidates: ["`my-openai`"], typed: "my-o" });
    expect(await candidates("DROP CONNECTION `my_")).toEqual(["`my_rest`"]);
  });

  test("no names are asked for where none can stand", async () => {
    const refuse = () => Promise.reject(new Error("asked"));
    expect((await completeStatement("CREATE CONNECTION ", types, refuse)).candidates).toEqual([
      "IF NOT EXISTS",
    ]);
  });

  test("in quotes come the keys of the type, without those that are given", async () => {
    expect(await candidates("CREATE CONNECTION c WITH ('")).toContain("'aws-secret-key' = '");
    expect(await candidates("CREATE CONNECTION c WITH ('type' = 'openai', '")).toEqual([
      "'endpoint' = '",
      "'api-key' = '",
    ]);
    expect(await complete("ALTER CONNECTION c SET ('client-s")).toEqual({
      candidates: ["'client-secret' = '"],
      typed: "'client-s",
    });
  });

  test("the value of an option that names a connection is one of the names", async () => {
    const text = "CREATE MODEL m WITH ('provider' = 'openai', 'openai.connection' = '";
    expect(await candidates(`${text}my`)).toEqual(["'my-openai'", "'my_rest'"]);
  });

  test("behind = come types and listed values, and nothing for a secret", async () => {
    expect(await candidates("CREATE CONNECTION c WITH ('type' = 'open")).toEqual(["'openai'"]);
    expect(
      await candidates("CREATE CONNECTION c WITH ('type' = 'mcp_server', 'transport-type' = '"),
    ).toContain("'SSE'");
    expect(await candidates("CREATE CONNECTION c WITH ('type' = 'openai', 'api-key' = '")).toEqual([]);
  });
});
