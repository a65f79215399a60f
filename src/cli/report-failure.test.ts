import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";
import { ClientError } from "../client/client-error.ts";
import { KeymoorError } from "../errors.ts";
import { CommandFailure } from "./command-failure.ts";
import { Interrupted } from "./interrupted.ts";
import { reportFailure } from "./report-failure.ts";
import { UsageError } from "./usage-error.ts";

describe("a failure", () => {
  test.each([
    [
      "of a command line",
      new UsageError("m", { hint: "h", usage: "Usage\n" }),
      2,
      "Error: m\n\nSuggestions:\n    h\nUsage\n",
    ],
    [
      "of a command",
      new CommandFailure("m", { hint: "one\ntwo" }),
      1,
      "Error: m\n\nSuggestions:\n    one\n    two\n",
    ],
    [
      "of a rule",
      new KeymoorError("invalid_name", "m", { hint: "h" }),
      1,
      "Error: m\n\nSuggestions:\n    h\n",
    ],
    [
      "that the server answers",
      new ClientError("answered", "m", { status: 409, requestId: "r" }),
      1,
      "Error: m\n",
    ],
    [
      "of the server names the request for its log",
      new ClientError("answered", "m", { status: 500, requestId: "r" }),
      1,
      "Error: m (request id r)\n",
    ],
    ["to reach the server", new ClientError("unreachable", "m"), 5, "Error: m\n"],
    ["that is no failure but Ctrl-C says nothing", new Interrupted(), 130, ""],
  ])("%s", (_what, error, code, text) => {
    expect(reported(error)).toEqual({ code, text });
  });

  test("that is our bug shows where it happened, and not its message, which may quote data", () => {
    const { code, text } = reported(new TypeError("cannot read sk-0123456789"));
    expect(code).toBe(1);
    expect(text).toMatch(/^Error: a fault of Keymoor itself \(TypeError\)\..*\n {4}at /);
    expect(text).not.toContain("sk-0123456789");
    expect(reported("sk-0123456789").text).not.toContain("sk-0123456789");
  });
});

function reported(error: unknown) {
  let text = "";
  const output = { write: (chunk: string | Uint8Array) => (text += Buffer.from(chunk).toString("utf8")) };
  const io = { stdin: Readable.from([]), stdout: output, stderr: output, env: {}, folder: "/" };
  return { code: reportFailure(io, error), text };
}
