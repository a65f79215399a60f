import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { optionKeys } from "../../connections/vocabulary.ts";
import { historyEntry, openHistory } from "./history.ts";

const vocabulary = optionKeys();

function historyPath(): string {
  const folder = mkdtempSync(join(tmpdir(), "keymoor-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "config/history");
}

describe("an entry of the history", () => {
  test("is one line without comments, and secrets are masked", () => {
    const typed = `CREATE CONNECTION c -- my key: sk-in-a-comment
  WITH (
    'type' = 'openai', /* sk-here-too */
    'endpoint' = 'https://api.openai.com/v1/chat/completions', 'api-key' = 'sk-secret'
  );`;
    expect(historyEntry(typed, vocabulary)).toBe(
      "CREATE CONNECTION c WITH ( 'type' = 'openai', 'endpoint' = 'https://api.openai.com/v1/chat/completions', 'api-key' = '******' );",
    );
  });

  test("a comment that parts two words is a space", () => {
    expect(historyEntry("SHOW/**/CONNECTIONS--all\n;", vocabulary)).toBe("SHOW CONNECTIONS ;");
  });

  test("secrets of the session are masked", () => {
    expect(historyEntry("SET 'sql.secrets.key' = 'sk-secret';", vocabulary)).toBe(
      "SET 'sql.secrets.key' = '******';",
    );
  });
});

describe("the history", () => {
  test("is in a file that only its owner may read, and comes back newest first", () => {
    const path = historyPath();
    const first = openHistory(path, vocabulary);
    first.add("SHOW CONNECTIONS;");
    first.add("ALTER CONNECTION c SET ('api-key' = 'sk-secret');");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readFileSync(path, "utf8")).not.toContain("sk-secret");
    expect(openHistory(path, vocabulary).entries).toEqual([
      "ALTER CONNECTION c SET ('api-key' = '******');",
      "SHOW CONNECTIONS;",
    ]);
  });

  test("a file that others could read is closed to them", () => {
    const path = historyPath();
    openHistory(path, vocabulary).add("SHOW CONNECTIONS;");
    writeFileSync(path, "", { mode: 0o644 });
    openHistory(path, vocabulary).add("SHOW CONNECTIONS;");
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test("the same statement again is no second entry", () => {
    const history = openHistory(historyPath(), vocabulary);
    expect(history.add("SHOW CONNECTIONS;")).toBe("SHOW CONNECTIONS;");
    expect(history.add("SHOW  CONNECTIONS;")).toBeUndefined();
    expect(history.entries).toHaveLength(1);
  });

  test("has the last thousand, and leaves out lines that are none of its own", () => {
    const path = historyPath();
    openHistory(path, vocabulary).add("SHOW CONNECTIONS;");
    const lines = Array.from({ length: 1000 }, (_, index) => JSON.stringify(`DROP CONNECTION c${index};`));
    writeFileSync(path, `${lines.join("\n")}\nnot ours\n`);
    const history = openHistory(path, vocabulary);
    history.add("DROP CONNECTION last;");
    const kept = openHistory(path, vocabulary).entries;
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([
      1000,
      "DROP CONNECTION last;",
      "DROP CONNECTION c1;",
    ]);
    expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(1000);
  });

  test("works without its file, and says why it is not kept", () => {
    const history = openHistory("/dev/null/history", vocabulary);
    expect(history.add("SHOW CONNECTIONS;")).toBe("SHOW CONNECTIONS;");
    expect([history.entries, history.failure]).toEqual([["SHOW CONNECTIONS;"], "ENOTDIR"]);
  });
});
