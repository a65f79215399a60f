import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { program } from "./fixtures/program.ts";
import { makeFolder, type RunningServer, seeded, sqlV1, startServer } from "./fixtures/server-process.ts";
import { keys, openTerminal, type Terminal } from "./fixtures/terminal.ts";

const data = makeFolder();
let server: RunningServer;

beforeAll(async () => {
  server = await startServer(data.folder);
});
afterAll(async () => {
  await server.end();
  data.remove();
});

interface Shell extends Terminal {
  readonly historyFile: string;
}

/** A shell at its first prompt; `home` to open another one with the same history. */
async function openShell({ home = newHome(), columns = 120, url = server.url } = {}): Promise<Shell> {
  const [id = "", secret = ""] = seeded.flinkKey.split(":");
  const terminal = openTerminal(process.execPath, [program, "sql"], {
    cwd: home,
    columns,
    env: {
      PATH: process.env.PATH ?? "",
      HOME: home,
      KEYMOOR_CONFIG_HOME: join(home, "config"),
      KEYMOOR_URL: url,
      KEYMOOR_API_KEY: id,
      KEYMOOR_API_SECRET: secret,
    },
  });
  onTestFinished(() => terminal.kill());
  await terminal.until(/keymoor> $/);
  return { ...terminal, historyFile: join(home, "config/sql-history") };
}

function newHome(): string {
  const { folder, remove } = makeFolder();
  onTestFinished(remove);
  return folder;
}

const createStatement = (name: string, secret: string) => [
  `CREATE CONNECTION ${name} WITH (`,
  "  'type' = 'openai', 'endpoint' = 'https://api.openai.com/v1/chat/completions',",
  `  'api-key' = '${secret}');`,
];

describe("the shell", () => {
  test("takes a statement in several lines and shows results as a table", async () => {
    const shell = await openShell();
    const [first = "", second = "", third = ""] = createStatement("lines", "sk-lines");
    shell.type(first + keys.enter);
    await shell.until(/ {6}-> $/);
    shell.type(second + keys.enter);
    await shell.until(/ {6}-> $/);
    shell.type(third + keys.enter);
    await shell.until(/Connection "lines" created\.\n(?:.*\n)*keymoor> $/);
    shell.type(`SHOW CONNECTIONS LIKE 'lines';${keys.enter}`);
    expect(await shell.until(/ {2}lines[\s\S]*keymoor> $/)).toMatch(/ {2}Name {3}\n-{9}\n {2}lines {2}\n/);
  });

  test("several statements on one line run one after the other, and a failed one does not end it", async () => {
    const shell = await openShell();
    shell.type(`DROP CONNECTION IF EXISTS absent; DROP CONNECTION absent; SET 'a' = 'b'; SET;${keys.enter}`);
    await shell.until(/Connection "absent" does not exist; nothing was changed/);
    await shell.until(/Error: Connection "absent" does not exist/);
    await shell.until(/ {2}a +\| b/);
    await shell.until(/keymoor> $/);
  });

  test("recalls statements with their secrets masked, here and in the next shell", async () => {
    const secret = "sk-recalled-7d1f3a";
    const home = newHome();
    const shell = await openShell({ home });
    shell.type(createStatement("recalled", secret).join(keys.enter) + keys.enter);
    await shell.until(/Connection "recalled" created\.\n(?:.*\n)*keymoor> $/);
    const typed = shell.raw().length;
    const [undo, yank] = ["\u001f", "\u0019"];
    shell.type(undo.repeat(200) + yank + keys.ctrlC);
    await shell.until(/\^C\nkeymoor> $/);
    shell.type(keys.up);
    await shell.until(/'api-key' = '\*{6}'/);
    shell.type(keys.ctrlC);
    await shell.until(/\^C\nkeymoor> $/);
    shell.type(keys.ctrlD);
    expect(await shell.ended).toBe(0);
    expect(shell.raw().slice(typed)).not.toContain(secret);

    const later = await openShell({ home });
    later.type(keys.up);
    await later.until(/CREATE CONNECTION recalled WITH .*'api-key' = '\*{6}'/);
    expect(later.raw()).not.toContain(secret);

    expect(readFileSync(shell.historyFile, "utf8")).toContain("CREATE CONNECTION recalled");
    expect(readFileSync(shell.historyFile, "utf8")).not.toContain(secret);
    expect(statSync(shell.historyFile).mode & 0o777).toBe(0o600);
    const statements = await server.get(`${sqlV1}/statements`, seeded.flinkKey);
    expect(statements.text).toContain("CREATE CONNECTION recalled");
    expect(statements.text + server.output()).not.toContain(secret);
  });

  test("a recalled statement whose literals the history does not have is not sent", async () => {
    const shell = await openShell();
    shell.type(createStatement("masked", "sk-masked").join(" ") + keys.enter);
    await shell.until(/created\.\n(?:.*\n)*keymoor> $/);
    shell.type(keys.up);
    await shell.until(/'\*{6}'/);
    shell.type(keys.enter);
    await shell.until(/Error: Not sent: '\*{6}' stands for a literal that the history does not keep/);
    const statements = await server.get(`${sqlV1}/statements`, seeded.flinkKey);
    expect(statements.text.match(/CREATE CONNECTION masked/g)).toHaveLength(1);
  });

  test("points at the word that is wrong, in a line that shows no secret", async () => {
    const secret = "sk-pointed-51c2";
    const shell = await openShell();
    shell.type(`ALTER CONNECTION c${keys.enter}SET ('api-key' = '${secret}', 'token' 'x');${keys.enter}`);
    const answer = await shell.until(/Error: [\s\S]*keymoor> $/);
    const [, line = "", carets = ""] = /\n( {4}.*)\n( +\^+)\n/.exec(answer) ?? [];
    expect(line).toMatch(/^ {4}SET \('api-key' = '\*{6}', /);
    expect(line.slice(carets.indexOf("^"), carets.length)).toBe("'******'");
    expect(answer.slice(answer.indexOf("Error:"))).not.toContain(secret);
    expect(readFileSync(shell.historyFile, "utf8")).not.toContain(secret);
  });

  test("Ctrl-C drops what is typed, lines before it too, and keeps none of it", async () => {
    const shell = await openShell();
    shell.type(`DROP CONNECTION${keys.enter}`);
    await shell.until(/-> $/);
    shell.type(`sk-dropped${keys.ctrlC}`);
    await shell.until(/\^C\nkeymoor> $/);
    shell.type(`SHOW CONNECTIONS LIKE 'none';${keys.enter}`);
    await shell.until(/empty rows[\s\S]*keymoor> $/);
    expect(JSON.parse(readFileSync(shell.historyFile, "utf8"))).toBe("SHOW CONNECTIONS LIKE '******';");
  });

  test.each([
    ["Ctrl-D", keys.ctrlD],
    ["exit;", `exit;${keys.enter}`],
    ["quit", `quit${keys.enter}`],
    ["EXIT ;", `EXIT ;${keys.enter}`],
  ])("%s ends it with exit code 0", async (_name, typed) => {
    const shell = await openShell();
    shell.type(typed);
    expect(await shell.ended).toBe(0);
    expect(existsSync(shell.historyFile)).toBe(false);
  });

  test("help says what there is", async () => {
    const shell = await openShell();
    shell.type(`help;${keys.enter}`);
    await shell.until(/A statement ends with a semicolon[\s\S]*keymoor> $/);
  });

  test("Tab completes keywords, keys and names", async () => {
    const shell = await openShell();
    shell.type(createStatement("`tab-me`", "sk-tab").join(" ") + keys.enter);
    await shell.until(/created\.\n(?:.*\n)*keymoor> $/);
    // Only what comes alone is a Tab: in pasted text it is a space.
    shell.type("DES");
    await shell.until(/DES$/);
    shell.type(keys.tab);
    await shell.until(/CRIBE$/);
    shell.type(" CONN");
    await shell.until(/ CONN$/);
    shell.type(keys.tab);
    await shell.until(/ECTION$/);
    shell.type(" tab");
    await shell.until(/ tab$/);
    shell.type(keys.tab);
    await shell.until(/DESCRIBE CONNECTION `tab-me`$/);
    shell.type(`;${keys.enter}`);
    await shell.until(/OPENAI[\s\S]*keymoor> $/);
  });

  test("a resized terminal does no harm to what is typed", async () => {
    const shell = await openShell({ columns: 100 });
    shell.type("SHOW CONNECTIONS");
    await shell.until(/SHOW CONNECTIONS$/);
    for (const columns of [20, 200, 60]) shell.resize(columns, 24);
    shell.type(` LIKE 'nothing-like-this';${keys.enter}`);
    await shell.until(/The server returned empty rows for this statement\.[\s\S]*keymoor> $/);
  });

  test("Ctrl-C stops waiting for a statement, and the shell goes on", async () => {
    const asked: string[] = [];
    const slow = createServer(async (request, response) => {
      asked.push(`${request.method} ${request.url}`);
      if (request.method !== "GET") return;
      const whoami = await server.get(request.url ?? "", seeded.flinkKey);
      response.writeHead(whoami.status, { "content-type": "application/json" }).end(whoami.text);
    });
    await new Promise<void>((resolve) => slow.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => {
      slow.closeAllConnections();
      slow.close();
    });
    const shell = await openShell({ url: `http://127.0.0.1:${(slow.address() as AddressInfo).port}` });
    shell.type(`SHOW CONNECTIONS;${keys.enter}`);
    await expect.poll(() => asked.at(-1)).toMatch(/^POST .*\/statements$/);
    shell.type(keys.ctrlC);
    await shell.until(
      /Error: The statement was interrupted; it may have run all the same\.[\s\S]*keymoor> $/,
    );
    shell.type(keys.ctrlD);
    expect(await shell.ended).toBe(0);
  });

  test("without its file the history is kept while it runs, and it says so", async () => {
    const home = newHome();
    writeFileSync(join(home, "config"), "a file where a folder should be");
    const [id = "", secret = ""] = seeded.flinkKey.split(":");
    const terminal = openTerminal(process.execPath, [program, "sql"], {
      cwd: home,
      env: {
        PATH: process.env.PATH ?? "",
        KEYMOOR_CONFIG_HOME: join(home, "config"),
        KEYMOOR_URL: server.url,
        KEYMOOR_API_KEY: id,
        KEYMOOR_API_SECRET: secret,
      },
    });
    onTestFinished(() => terminal.kill());
    await terminal.until(
      /The history is not kept: .*sql-history cannot be used \(ENOTDIR\)[\s\S]*keymoor> $/,
    );
    terminal.type(`DROP CONNECTION IF EXISTS absent;${keys.enter}`);
    await terminal.until(/nothing was changed[\s\S]*keymoor> $/);
    terminal.type(keys.up);
    await terminal.until(/DROP CONNECTION IF EXISTS absent;$/);
  });
});
