import { describe, expect, test } from "vitest";
import { maskedDraft } from "./draft.ts";
import { vocabulary } from "./knowledge.fixture.ts";

const secret = "sk-never-kept";
const statement = `ALTER CONNECTION c SET ('api-key' = '${secret}');`;

describe("a draft that is kept in the browser", () => {
  test("has its statements masked, each by itself", () => {
    expect(maskedDraft(`SELECT a FROM t;\n${statement}\nSHOW CONNECTIONS`, vocabulary)).toBe(
      "SELECT a FROM t;\n\nALTER CONNECTION c SET ('api-key' = '******');\n\nSHOW CONNECTIONS",
    );
  });

  test.each([
    ["is open", `SELECT 1; ALTER CONNECTION c SET ('api-key' = '${secret}`],
    ["closed one too many", `SHOW CONNECTIONS '; ${statement}`],
    ["is half typed before another", `CREATE CONNECTION d WITH ('api-key' = '; ${statement}`],
    ["stands in a comment", `-- ${secret}\n${statement}`],
    ["is all there is", secret],
    ["has a key that nobody knows", `ALTER CONNECTION c SET ('api-kye' = '${secret}')`],
  ])("keeps no secret whose quote or place %s", (_, text) => {
    expect(maskedDraft(text, vocabulary)).not.toContain(secret);
  });

  test("of every beginning of a text keeps no secret", () => {
    for (let length = 0; length <= statement.length; length += 1) {
      const typed = statement.slice(0, length);
      expect(maskedDraft(`SHOW CONNECTIONS;\n${typed}`, vocabulary)).not.toContain("sk-");
    }
  });
});
