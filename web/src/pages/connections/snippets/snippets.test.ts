import { describe, expect, it } from "vitest";
import { catalogue } from "../../../../../src/connections/catalogue.ts";
import { optionKeys } from "../../../../../src/connections/vocabulary.ts";
import { parseConnectionStatement } from "../../../../../src/sql/parse-connection-statement.ts";
import { cliText } from "./cli-text.ts";
import { curlText } from "./curl-text.ts";
import { shellWord } from "./shell-word.ts";
import type { SnippetInput } from "./snippet-input.ts";
import { sqlText } from "./sql-text.ts";
import { terraformText } from "./terraform-text.ts";

const vocabulary = optionKeys();

const place = {
  organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
  environmentId: "env-abc123",
  cloud: "AWS",
  region: "us-east-1",
  url: "http://127.0.0.1:8090",
};

const inputs = catalogue().flatMap((type) =>
  type.auth_methods.map((method): [string, SnippetInput] => [
    `${type.name} by ${method.label}`,
    { ...place, type, method, name: "my-connection", endpoint: type.endpoint.example, options: {} },
  ]),
);

describe.each(inputs)("a connection of %s as text", (_title, input) => {
  it("is a statement that our own parser takes, with a placeholder for every field that is needed", () => {
    const statement = parseConnectionStatement(sqlText(input), vocabulary);
    expect(JSON.stringify(statement)).toContain("my-connection");
    for (const field of input.method.fields.filter(
      ({ required, visibility }) => required && visibility !== "public",
    ))
      expect(sqlText(input)).toContain(`'${field.key}' = 'your-${field.key}'`);
  });

  it("is a command that reads secrets from files alone", () => {
    const text = cliText(input);
    for (const { key, visibility, required } of input.method.fields) {
      if (visibility === "secret" && required) expect(text).toContain(`--${key}-file ${key}.txt`);
    }
    expect(text).toMatch(/^keymoor connection create my-connection \\\n {2}--type /);
  });

  it("is a request whose credential is a JSON object in a string", () => {
    const body = /-d '(.*)'$/s.exec(curlText(input))?.[1] ?? "";
    const { spec } = JSON.parse(body.replaceAll("'\\''", "'"));
    const data = JSON.parse(spec.auth_data.data);
    expect(data.AUTH_TYPE).toBe(input.method.auth_type);
    for (const { wire_key, required, visibility } of input.method.fields) {
      if (required && visibility !== "public") expect(data[wire_key]).toMatch(/^your-/);
    }
  });

  it("is a resource where Confluent's provider makes it, with its secrets as variables", () => {
    const text = terraformText(input);
    const isMade = input.type.terraform && input.method === input.type.auth_methods[0];
    expect(text === undefined).toBe(!isMade);
    if (text !== undefined) expect(text).not.toContain("your-api-key");
  });
});

it("quotes what would end a literal or be replaced", () => {
  const [, first] = inputs[0] ?? [];
  if (first === undefined) throw new Error("the catalogue is empty");
  const input = { ...first, endpoint: "https://example.com/a'b/${c}" };
  expect(sqlText(input)).toContain("'https://example.com/a''b/${c}'");
  expect(terraformText(input)).toContain('"https://example.com/a\'b/$${c}"');
  expect(cliText(input)).toContain(`--endpoint 'https://example.com/a'\\''b/\${c}'`);
  expect([shellWord("plain-1"), shellWord("a b"), shellWord("")]).toEqual(["plain-1", "'a b'", "''"]);
});
