import { expect, test } from "vitest";
import { createLog } from "./log.ts";
import { Secret } from "./secret.ts";

function capture(isTTY: boolean) {
  let text = "";
  const log = createLog("info", {
    isTTY,
    write: (chunk) => {
      text += chunk;
    },
  });
  return { log, text: () => text };
}

test("a secret prints as [redacted] in the log, wherever it stands", () => {
  for (const isTTY of [false, true]) {
    const { log, text } = capture(isTTY);
    const secret = new Secret("hunter2-canary");
    log.info({ secret, inside: { list: [secret] } }, "a line");
    log.error({ err: new Error("failed", { cause: secret }) }, "an error");
    expect(text()).toContain("[redacted]");
    expect(text()).not.toContain("hunter2-canary");
  }
});

test("an error is logged with its cause and stack, without its other fields", () => {
  const { log, text } = capture(false);
  const cause = Object.assign(new Error("inner"), { code: "ECONNRESET", headers: "authorization canary" });
  log.error({ err: new Error("outer", { cause }) }, "broken");
  const line = JSON.parse(text());
  expect(line).toMatchObject({
    level: "error",
    msg: "broken",
    err: { message: "outer", cause: { code: "ECONNRESET" } },
  });
  expect(line.err.stack[0]).toMatch(/^at /);
  expect(text()).not.toContain("canary");
});

test("the message of a parse error is withheld, because it quotes the text that was parsed", () => {
  const { log, text } = capture(false);
  try {
    JSON.parse("canary-text");
  } catch (err) {
    log.error({ err }, "bad body");
  }
  expect(text()).toContain("SyntaxError");
  expect(text()).not.toContain("canary");
});

test("so is that of the language's own errors, which quote the value that they could not work with", () => {
  const { log, text } = capture(false);
  const labels: Record<string, string> = JSON.parse('"canary-text"');
  for (const fail of [
    () => {
      labels.a = "b";
    },
    () => new Intl.NumberFormat("canary_text"),
  ]) {
    try {
      fail();
    } catch (err) {
      log.error({ err }, "broken");
    }
  }
  const [type, range] = text()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).err);
  expect([type.type, range.type]).toEqual(["TypeError", "RangeError"]);
  expect(type.stack[0]).toMatch(/^at /);
  expect(text()).not.toContain("canary");
});

test("on a terminal lines are for people", () => {
  const { log, text } = capture(true);
  log.warn({ port: 8090 }, "Something to know.");
  expect(text()).toMatch(/^\d\d:\d\d:\d\d warn {2}Something to know\. port=8090\n$/);
});

test("a level below the one that was set is not written", () => {
  const { log, text } = capture(false);
  log.debug("hidden");
  expect(text()).toBe("");
});
