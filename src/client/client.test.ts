import { createServer, type ServerResponse } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { runCommandLine } from "../../test/fixtures/command-line.ts";
import { listenOnLoopback } from "../../test/fixtures/loopback.ts";
import { createClient } from "./create-client.ts";
import { listRoles } from "./roles.ts";
import { whoAmI } from "./whoami.ts";

/** A server that is not Keymoor, and may mean no good. */
const server = createServer((request, response) => {
  requests += 1;
  answer(response, request.url ?? "");
});
let answer: (response: ServerResponse, path: string) => void;
let requests = 0;
let url: string;

beforeAll(async () => {
  ({ url } = await listenOnLoopback(server));
});
afterAll(() => server.close());
beforeEach(() => {
  requests = 0;
});

const client = () => createClient({ url, credential: undefined });
const run = (line: string) =>
  runCommandLine(line.split(" "), {
    env: { KEYMOOR_URL: url, KEYMOOR_API_KEY: "id", KEYMOOR_API_SECRET: "secret" },
  });
const me = {
  principal: { id: "u-1", kind: "user", name: "me", email: null },
  credential: {
    kind: "api_key",
    id: "k",
    environment_id: null,
    cloud: null,
    region: null,
    connections: null,
  },
  organization: { id: "o", name: "o" },
  environments: [{ id: "env-1", name: "env-1" }],
  regions: [{ cloud: "AWS", region: "us-east-1", endpoint: "http://x" }],
  roles: [],
  server: { version: "1", public_url: "http://x" },
};
const answers = (value: unknown) => (response: ServerResponse) => void response.end(JSON.stringify(value));

describe("an answer that no Keymoor server gives", () => {
  test.each(["null", "[]", '"text"', "12", "", "<html>", "{}", '{"principal":{},"environments":{}}'])(
    "%j ends with 5 and says so",
    async (text) => {
      answer = (response) => void response.end(text);
      const { code, stderr } = await run("whoami");
      expect(stderr).toContain(`Error: What answers at ${url} is no Keymoor server.`);
      expect(code).toBe(5);
    },
  );

  test.each([null, "text", {}, [null], [[]]])("neither does a list of %j", async (data) => {
    answer = (response, path) => answers(path.includes("whoami") ? me : { data })(response);
    const { code, stderr } = await run("connection list");
    expect(stderr).toContain("is no Keymoor server.");
    expect(code).toBe(5);
  });

  test.each(["{}", "null", "[1]", "<html>"])("nor does a bare list of %s", async (text) => {
    answer = (response) => void response.end(text);
    await expect(listRoles(client())).rejects.toThrow("is no Keymoor server.");
  });

  test("nor an error of another shape", async () => {
    answer = (response) => void response.writeHead(400).end('{"errors":[{"detail":{"a":1}}]}');
    expect((await run("whoami")).stderr).toContain("is no Keymoor server (status 400).");
  });
});

test("a bare list is read as it stands", async () => {
  answer = answers([{ name: "FlinkAdmin" }]);
  expect(await listRoles(client())).toEqual([{ name: "FlinkAdmin" }]);
});

test("an answer without an end is cut off", async () => {
  const piece = Buffer.alloc(1024 * 1024, " ");
  answer = (response) => {
    const more = () => {
      while (response.write(piece));
      response.once("drain", more);
    };
    more();
  };
  await expect(whoAmI(client())).rejects.toMatchObject({
    kind: "unreachable",
    message: `${url} answered with more than 64 MiB, which no Keymoor server does.`,
  });
});

test("a list that comes back to the same page ends", async () => {
  answer = answers({ data: [{ name: "a" }], metadata: { next: "http://x/?page_token=again" } });
  const items = client().items("/list");
  const read = async () => {
    for await (const item of items) expect(item).toEqual({ name: "a" });
  };
  await expect(read()).rejects.toMatchObject({
    kind: "unreachable",
    message: `The list of ${url} has no end: it comes back to the same page.`,
  });
  expect(requests).toBe(2);
});

describe("what a server says", () => {
  const hostile = "\u001b]0;title\u0007 \u009b31m \u007f \u202e \u2066 \r";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what must not come.
  const dangerous = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  test("cannot drive the terminal through an error", async () => {
    answer = (response) =>
      void response
        .writeHead(500)
        .end(JSON.stringify({ errors: [{ id: hostile, code: hostile, detail: `a\n\tb ${hostile}` }] }));
    const { code, stderr } = await run("whoami");
    expect(code).toBe(1);
    expect(stderr).not.toMatch(dangerous);
    expect(stderr).toContain("Error: a\n\tb \ufffd]0;title\ufffd");
  });

  test("nor through what is printed, in any format", async () => {
    const name = `me${hostile}`;
    answer = answers({
      ...me,
      principal: { ...me.principal, id: name },
      organization: { id: hostile, name },
      environments: [{ id: hostile, name }],
      roles: [{ role: hostile, environment_id: null }],
    });
    for (const format of ["human", "json", "yaml"]) {
      const { code, stdout } = await run(`whoami -o ${format}`);
      expect(code).toBe(0);
      expect(stdout).toContain("me");
      expect(stdout).not.toMatch(dangerous);
    }
    expect(JSON.parse((await run("whoami -o json")).stdout)).toMatchObject({ principal: name });
    expect(parse((await run("whoami -o yaml")).stdout)).toMatchObject({ principal: name });
  });

  test("nor through the head of a call's answer; its body is the service's own", async () => {
    answer = (response, path) => {
      if (path.includes("whoami")) return answers(me)(response);
      response.writeHead(200, "\u009b31m", { "keymoor-answer": "upstream", "x-b": "\u009b31m" }).end(hostile);
    };
    const { code, stdout } = await run("connection call c --include");
    expect(code).toBe(0);
    const [head = "", body] = stdout.split("\n\n");
    expect(head).toContain("x-b: \ufffd31m");
    expect(head).not.toMatch(dangerous);
    expect(body).toBe(hostile);
  });

  test("is no completion where a shell would expand it", async () => {
    const names = ["plain", "zz$(touch x)", "zz`x`", "zz;x", "zz x", "zz'", 'zz"', "zz\u001b[31m", "zz&"];
    answer = (response, path) =>
      answers(path.includes("whoami") ? me : { data: names.map((name) => ({ name })) })(response);
    const { stdout } = await run("complete -- connection describe ");
    expect(stdout).toBe("plain\t\n:4\n");
  });
});
