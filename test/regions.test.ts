import { writeFileSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { launch, makeFolder, type Settings, type Started, start, stop } from "./fixtures/launch.ts";
import { freePort, listenOnLoopback } from "./fixtures/loopback.ts";
import { connectionBody, seeded, sqlV1 } from "./fixtures/server-process.ts";

const connections = `${sqlV1}/connections`;
const flinkKeys = { us: "USKEY:us-secret", eu: "EUKEY:eu-secret" } as const;

function seedWith(regions: string): string {
  const place = `environment: ${seeded.environment}, cloud: aws`;
  return `organization: { id: ${seeded.organization}, name: Acme }
environments: [ { id: ${seeded.environment}, name: default } ]
regions: ${regions}
users: [ { id: u-admin1, email: dev@example.com, password: a-long-password-1, roles: [ { role: OrganizationAdmin } ] } ]
apiKeys:
  - { id: CLOUDKEY, secret: cloud-secret, owner: u-admin1 }
  - { id: USKEY, secret: us-secret, owner: u-admin1, ${place}, region: us-east-1 }
  - { id: EUKEY, secret: eu-secret, owner: u-admin1, ${place}, region: eu-west-1 }
`;
}

function folderWith(regions: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, "seed.yaml"), seedWith(regions), { mode: 0o600 });
  return folder;
}

const serveWith = (regions: string, settings: Settings = {}) =>
  start(folderWith(regions), { KEYMOOR_SEED: "seed.yaml", ...settings });

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** biome-ignore lint/suspicious/noExplicitAny: a test looks at what came back, whatever it is. */
  readonly json: any;
}

interface Ask {
  readonly key?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** `fetch` would not let a test say the Host. */
function ask(url: string, { key = seeded.cloudKey, headers = {}, body }: Ask = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, {
      method: body === undefined ? "GET" : "POST",
      auth: key,
      agent: false,
      headers: { ...(body !== undefined && { "content-type": "application/json" }), ...headers },
    });
    sent.once("error", reject);
    sent.once("response", (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.once("end", () =>
        resolve({ status: response.statusCode, headers: response.headers, json: JSON.parse(text) }),
      );
    });
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const create = (url: string, name: string, more: Ask = {}) =>
  ask(`${url}${connections}`, { body: connectionBody(name, "sk-1234567890"), ...more });

/** Names of the connections that a request finds, which tell the region that it acts in. */
async function namesAt(url: string, more: Ask = {}): Promise<readonly string[]> {
  const { json } = await ask(`${url}${connections}`, more);
  return json.data.map(({ name }: { name: string }) => name);
}

async function endpointsAt(url: string): Promise<Readonly<Record<string, string>>> {
  const { json } = await ask(`${url}/fcpm/v2/regions?page_size=100`);
  return Object.fromEntries(
    json.data.map((region: { id: string; http_endpoint: string }) => [region.id, region.http_endpoint]),
  );
}

const warnings = (server: Started) =>
  server
    .stderr()
    .split("\n")
    .filter((line) => line.includes('"level":"warn"'))
    .map((line): string => JSON.parse(line).msg);

describe("two regions of one server", () => {
  it("are told apart by the port of a listener, without an endpoint or a header", async () => {
    const port = await freePort();
    const server = await serveWith(
      `[ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, listen: "127.0.0.1:${port}" } ]`,
    );
    const [us, eu] = [server.url, `http://127.0.0.1:${port}`];
    expect(server.stdout()).toContain(`Region aws.eu-west-1 is at ${eu}.`);
    expect(warnings(server)).toEqual([]);
    expect(await endpointsAt(us)).toEqual({ "aws.us-east-1": us, "aws.eu-west-1": eu });
    expect(await endpointsAt(eu)).toEqual({ "aws.us-east-1": us, "aws.eu-west-1": eu });

    for (const origin of [us, eu]) {
      for (const name of ["a", "b"]) {
        const made = await create(origin, name);
        expect([made.status, made.headers.location]).toEqual([201, `${origin}${connections}/${name}`]);
        expect(made.json.metadata.self).toBe(made.headers.location);
        expect(made.json.metadata.resource_name).toContain(
          origin === us ? "/flink-region=aws.us-east-1/" : "/flink-region=aws.eu-west-1/",
        );
      }
    }
    const page = await ask(`${eu}${connections}?page_size=1`);
    expect(page.json.metadata.next).toMatch(`${eu}${connections}?`);
    const second = await ask(page.json.metadata.next);
    expect(second.json.data[0].metadata.self).toBe(`${eu}${connections}/b`);
    const statement = await ask(`${eu}${sqlV1}/statements`, {
      body: { name: "s", spec: { statement: "SHOW CONNECTIONS" } },
    });
    expect(statement.headers.location).toBe(`${eu}${sqlV1}/statements/s`);
    await create(eu, "eu-only");

    // The header says more than the origin, and the listener more than a Host that nobody knows.
    expect(await namesAt(us, { headers: { "keymoor-region": "aws.eu-west-1" } })).toContain("eu-only");
    expect(await namesAt(eu, { headers: { "keymoor-region": "AWS.us-east-1" } })).not.toContain("eu-only");
    expect(await namesAt(eu, { headers: { host: "mapped.internal:18091" } })).toContain("eu-only");
    expect(await namesAt(us, { headers: { host: "mapped.internal:18090" } })).not.toContain("eu-only");
    expect(await stop(server)).toMatchObject({ code: 0 });
  });

  it("are told apart by host name on one port", async () => {
    const port = await freePort();
    const [us, eu] = [`http://us.localhost:${port}`, `http://eu.localhost:${port}`];
    const server = await serveWith(
      `[ { cloud: aws, region: us-east-1, endpoint: "${us}" }, { cloud: aws, region: eu-west-1, endpoint: "${eu}" } ]`,
      { KEYMOOR_PORT: String(port) },
    );
    const to = (origin: string) => ({ headers: { host: new URL(origin).host } });
    expect(warnings(server)).toEqual([]);
    expect(await endpointsAt(server.url)).toEqual({ "aws.us-east-1": us, "aws.eu-west-1": eu });
    const made = await create(server.url, "in-eu", to(eu));
    expect([made.status, made.headers.location]).toEqual([201, `${eu}${connections}/in-eu`]);
    expect(await namesAt(server.url, to(eu))).toEqual(["in-eu"]);
    expect(await namesAt(server.url, to("http://EU.localhost".concat(`:${port}`)))).toEqual(["in-eu"]);
    expect(await namesAt(server.url, to(us))).toEqual([]);
    // Any other name, and the right one with another port, is none of them: the first region.
    expect(await namesAt(server.url)).toEqual([]);
    expect(await namesAt(server.url, { headers: { host: "eu.localhost" } })).toEqual([]);
    await stop(server);
  });

  it("refuse each other's Flink keys at their origins, as 401", async () => {
    const port = await freePort();
    const server = await serveWith(
      `[ { cloud: aws, region: us-east-1, listen: "127.0.0.1:${port}" }, { cloud: aws, region: eu-west-1 } ]`,
    );
    const [us, shared] = [`http://127.0.0.1:${port}`, server.url];
    const statusOf = async (url: string, more: Ask) => (await ask(`${url}${connections}`, more)).status;
    expect(await statusOf(us, { key: flinkKeys.us })).toBe(200);
    expect(await statusOf(us, { key: flinkKeys.eu })).toBe(401);
    expect(await statusOf(us, { key: flinkKeys.eu, headers: { host: "mapped.internal" } })).toBe(401);
    // The server's own origin is everybody's.
    expect(await statusOf(shared, { key: flinkKeys.eu })).toBe(200);
    expect(await statusOf(shared, { key: flinkKeys.us })).toBe(200);
    const contradiction = { key: flinkKeys.us, headers: { "keymoor-region": "aws.eu-west-1" } };
    expect(await statusOf(shared, contradiction)).toBe(401);
    const refused = await ask(`${us}${connections}`, { key: flinkKeys.eu });
    expect(refused.json.errors[0].detail).toBe("invalid API key: it belongs to another region.");
    // A Cloud key at the server's own origin acts in the region that has no other.
    await create(shared, "in-eu");
    expect(await namesAt(shared, { key: flinkKeys.eu })).toEqual(["in-eu"]);
    expect(await namesAt(us)).toEqual([]);
    await stop(server);
  });

  it.each([
    ["127.0.0.1", "eu"],
    ["10.0.0.0/8", "us"],
    ["", "us"],
  ])("are told apart by what a proxy says that is trusted: with %s it is for %s", async (proxies, region) => {
    const server = await serveWith(
      '[ { cloud: aws, region: us-east-1, endpoint: "https://us.example.com" }, { cloud: aws, region: eu-west-1, endpoint: "https://eu.example.com" } ]',
      { KEYMOOR_TRUSTED_PROXIES: proxies },
    );
    const made = await create(server.url, "c", { headers: { "x-forwarded-host": "eu.example.com" } });
    expect(made.headers.location).toBe(`https://${region}.example.com${connections}/c`);
    await stop(server);
  });

  it("on one origin are one warning, which the seed file can mend", async () => {
    const folder = folderWith("[ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1 } ]");
    const settings = { KEYMOOR_SEED: "seed.yaml" };
    const first = await start(folder, settings);
    expect(warnings(first)).toEqual([
      `Regions share an origin, where a request that names no region acts in the first of them: aws.us-east-1 before aws.eu-west-1 at ${first.url}. ` +
        'To tell them apart, give each its own "endpoint" (an origin such as http://localhost:8091) or "listen" (host:port) under "regions" in the seed file.',
    ]);
    await create(first.url, "in-us");
    expect((await create(first.url, "in-eu", { key: flinkKeys.eu })).status).toBe(201);
    await stop(first);

    const regions =
      '[ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, listen: "127.0.0.1:0" } ]';
    writeFileSync(join(folder, "seed.yaml"), seedWith(regions));
    const second = await start(folder, settings);
    expect(warnings(second)).toEqual([]);
    const endpoints = await endpointsAt(second.url);
    expect(await namesAt(endpoints["aws.eu-west-1"] ?? "")).toEqual(["in-eu"]);
    expect(await namesAt(second.url)).toEqual(["in-us"]);
    await stop(second);
  });

  it("cannot listen at one address, and a port that is taken is said with its region", async () => {
    const taken = createServer();
    const { port } = await listenOnLoopback(taken);
    const regionAt = (region: string, listen: string) =>
      `{ cloud: aws, region: ${region}, listen: "${listen}" }`;
    const refusal = async (regions: string) => {
      const { code, stderr } = await launch(folderWith(regions), { KEYMOOR_SEED: "seed.yaml" }).ended;
      expect(code).toBe(1);
      return stderr;
    };
    const free = `127.0.0.1:${await freePort()}`;
    expect(await refusal(`[ ${regionAt("us-east-1", free)}, ${regionAt("eu-west-1", free)} ]`)).toContain(
      "regions[1].listen: regions[0] listens there.",
    );
    const busy = await refusal(
      `[ { cloud: aws, region: us-east-1 }, ${regionAt("eu-west-1", `127.0.0.1:${port}`)} ]`,
    );
    expect(busy).toContain(`Port ${port} on 127.0.0.1 is in use by another program.`);
    expect(busy).toContain(
      'Stop it, or set "listen" of region aws.eu-west-1 in the seed file to another port.',
    );
    taken.close();
  });
});
