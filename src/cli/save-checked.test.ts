import { createServer, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type FakeCheck, fakeCheck, found } from "../../test/fixtures/checks.ts";
import { type CommandLineFixture, openCommandLine } from "../../test/fixtures/command-line.ts";

let fake: FakeCheck;
let fixture: CommandLineFixture;
beforeAll(async () => {
  fake = fakeCheck();
  fixture = await openCommandLine({ check: fake.check });
});
afterAll(() => fixture.close());

const endpoint = "https://api.openai.com/v1/models";
const run = (line: string) => fixture.run(line.split(" "));

test("a connection that is created or rotated with --check is checked once, and that check is shown", async () => {
  for (const line of [
    `connection create once --type openai --endpoint ${endpoint} --api-key sk-first --check`,
    "connection rotate once --api-key sk-second --check",
  ]) {
    fake.seen.length = 0;
    const { code, stderr } = await run(line);
    expect([code, fake.seen.length, stderr]).toEqual([0, 1, "  ok       lookup       1 ms\n"]);
  }
});

test("an endpoint that changes its mind behind the check changes nothing of what is saved", async () => {
  const outcomes = ["refused", "accepted"] as const;
  let asked = 0;
  fake.find = () => found(outcomes[asked++] ?? "accepted");
  const { code, stdout, stderr } = await run(
    `connection create fickle --type openai --endpoint ${endpoint} --api-key sk-1 --check`,
  );
  expect([code, stdout, asked]).toEqual([3, "", 1]);
  expect(stderr).toBe(
    'Error: Refused by the service: 401 Unauthorized. Nothing of connection "fickle" was saved or changed.\n',
  );
  expect((await run("connection describe fickle")).code).toBe(1);
});

test("what fails after the saving says that it was saved", async () => {
  const { listen, close } = standIn(fixture.url);
  const line = (name: string) =>
    `connection create ${name} --type openai --endpoint ${endpoint} --api-key sk-1 --check`;
  const checksGone = await listen("/checks");
  const shown = await fixture.run(line("shown").split(" "), { env: { KEYMOOR_URL: checksGone } });
  expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining("shown")]);
  expect(shown.stderr).toContain('Connection "shown" was saved; its check cannot be shown. ');
  const allGone = await listen("/connections/hidden");
  const hidden = await fixture.run(line("hidden").split(" "), { env: { KEYMOOR_URL: allGone } });
  expect(hidden.code).not.toBe(0);
  expect(hidden.stderr).toContain('Connection "hidden" was saved; what is stored now cannot be shown.\n');
  expect((await run("connection describe hidden")).code).toBe(0);
  await close();
});

test("a check that was made since is not shown as the one before the saving", async () => {
  const { listen, close } = standIn(fixture.url);
  let verified = false;
  const url = await listen("/checks", async () => {
    fake.find = () => found("unreachable");
    verified = (await run("connection verify later")).code === 3;
  });
  fake.find = () => found("accepted");
  const line = `connection create later --type openai --endpoint ${endpoint} --api-key sk-1 --check`;
  const { code, stderr } = await fixture.run(line.split(" "), { env: { KEYMOOR_URL: url } });
  expect([code, stderr, verified]).toEqual([0, "  ok       lookup       1 ms\n", true]);
  await close();
});

/**
 * Servers in front of `target` that pass on everything but a GET whose path ends with `ending`: first `before` is done, and
 * without one the answer is 500.
 */
function standIn(target: string) {
  const servers: Server[] = [];
  return {
    listen: async (ending: string, before?: () => Promise<void>): Promise<string> => {
      const server = createServer(async (request, response) => {
        if (request.method === "GET" && request.url?.split("?")[0]?.endsWith(ending)) {
          if (before === undefined) {
            response.writeHead(500).end();
            return;
          }
          await before();
        }
        const { host: _host, ...headers } = request.headers;
        request.pipe(
          httpRequest(target + request.url, { method: request.method, headers }, (answer) => {
            response.writeHead(answer.statusCode ?? 502, answer.headers);
            answer.pipe(response);
          }),
        );
      });
      servers.push(server);
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
    },
  };
}
