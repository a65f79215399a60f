import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { readSeedFile, type Seed } from "./seed-file.ts";

function read(text: string): Seed {
  const folder = mkdtempSync(join(tmpdir(), "keymoor-seed-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  writeFileSync(join(folder, "seed.yaml"), text);
  return readSeedFile(join(folder, "seed.yaml"));
}

function refusalOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof KeymoorError) return error.sentence.replace(/^Seed file \S+seed\.yaml, /, "");
    throw error;
  }
  throw new Error("nothing was refused");
}

/** The sample of the manual. */
const sample = `
organization: { id: 1111aaaa-11aa-11aa-11aa-111111aaaaaa, name: Acme }
environments: [ { id: env-abc123, name: default } ]
regions:      [ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, endpoint: "http://localhost:8091" } ]
computePools: [ { id: lfcp-x7rgx1, name: pool1, environment: env-abc123, cloud: aws, region: us-east-1 } ]
users:           [ { id: u-yo9j87, email: dev@example.com, password: pass-canary, roles: [ { role: OrganizationAdmin } ] } ]
serviceAccounts: [ { id: sa-abc123, name: app, roles: [ { role: FlinkAdmin, environment: env-abc123 } ] } ]
apiKeys:
  - { id: foo, secret: bar-canary, owner: u-yo9j87 }
  - { id: test_key, secret: test_secret, owner: sa-abc123, environment: env-abc123, cloud: aws, region: us-east-1 }
connections:
  - { name: my-openai, environment: env-abc123, cloud: aws, region: us-east-1, type: openai, endpoint: https://api.openai.com/v1/chat/completions, credential: { api-key: "\${env:OPENAI_KEY}" } }
`;

describe("a seed file", () => {
  it("is read as the manual shows it, with its secrets hidden", () => {
    const seed = read(sample);
    expect(seed.regions).toHaveLength(2);
    expect(seed.users?.[0]?.password).toBeInstanceOf(Secret);
    expect(seed.apiKeys?.[0]?.secret.reveal()).toBe("bar-canary");
    expect(seed.connections?.[0]?.credential?.["api-key"]?.reveal()).toBe("${env:OPENAI_KEY}");
    expect(JSON.stringify(seed)).not.toContain("canary");
  });

  it("may be empty", () => {
    expect(read("# nothing yet\n")).toEqual({});
  });

  it.each([
    ["computepools: []", 'computepools: this key is not known here. Did you mean "computePools"?'],
    [
      "users: [ { id: u-1, emial: a@b.c } ]",
      'users[0].emial: this key is not known here. Did you mean "email"?',
    ],
    ["apiKeys: [ { id: k, secret: s } ]", "apiKeys[0].owner: this key is missing."],
    [
      "apiKeys: [ { id: 'a:b', secret: s, owner: u-1 } ]",
      "apiKeys[0].id: it must be a key id without colon or space.",
    ],
    [
      "users: [ { id: u-1, email: a@b.c, password: 12345 } ]",
      "users[0].password: it must be text; numbers need quotes.",
    ],
    [
      "users: [ { id: u-1, email: a@b.c, roles: [ { role: Flinkadmin } ] } ]",
      "users[0].roles[0].role: it must be one of OrganizationAdmin,",
    ],
    ["environments: { id: env-1 }", "environments: it must be a list."],
    ["environments: [ env-1 ]", "environments[0]: it must have keys of its own."],
    ["environments: [ { id: a/b, name: x } ]", "environments[0].id: it must be an id of"],
    [
      "regions: [ { cloud: aws, region: r, endpoint: 'http://h/path' } ]",
      "regions[0].endpoint: it must be an origin",
    ],
    ...[
      "http://h:99999",
      "http://user:hunter2@h",
      "https://h:443",
      "http://H",
      "http://[::1",
      "http://h h",
    ].map((endpoint) => [
      `regions: [ { cloud: aws, region: r, endpoint: "${endpoint}" } ]`,
      "regions[0].endpoint: it must be an origin such as http://localhost:8091.",
    ]),
    ["connections: [ { name: c, credential: { api-key: [] } } ]", "connections[0]"],
  ])("that says %s is refused with the path of the wrong key", (text, sentence) => {
    expect(refusalOf(text)).toContain(sentence);
  });

  it("never has its values quoted in a refusal", () => {
    expect(refusalOf("apiKeys: [ { id: k, secret: { x: hunter2 }, owner: u-1 } ]")).not.toContain("hunter2");
    expect(refusalOf("apiKeys:\n  - secret: hunter2: x\n   id: hunter2")).not.toContain("hunter2");
  });
});
