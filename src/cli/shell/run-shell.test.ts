import { PassThrough } from "node:stream";
import { expect, test } from "vitest";
import { runShell } from "./run-shell.ts";

/** The statements that are sent when these lines are typed, and what is said on standard error. */
async function typed(lines: readonly string[]) {
  const stdin = new PassThrough();
  const sent: string[] = [];
  const said: string[] = [];
  const shell = runShell(
    {
      stdin,
      stdout: new PassThrough().resume(),
      stderr: { write: (text) => said.push(String(text)) },
      env: {},
      folder: "/",
    },
    {
      run: async (statement) => void sent.push(statement),
      history: { entries: [], failure: undefined, add: () => undefined },
      connectionNames: async () => [],
    },
  );
  stdin.write([...lines, "exit;", ""].join("\n"));
  await shell;
  return { sent, said: said.join("") };
}

test("a statement that holds the history's mask is not sent, and the next one is", async () => {
  const { sent, said } = await typed(["SHOW CONNECTIONS LIKE '******';", "SHOW CONNECTIONS LIKE 'my-%';"]);
  expect(sent).toEqual(["SHOW CONNECTIONS LIKE 'my-%';"]);
  expect(said).toContain("Error: Not sent: '******' stands for a literal that the history does not keep.");
});

test("help says that masked statements are not sent", async () => {
  expect((await typed(["help;"])).said).toMatch(/put in again what the\nhistory has masked/);
});
