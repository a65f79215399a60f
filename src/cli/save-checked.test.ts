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
