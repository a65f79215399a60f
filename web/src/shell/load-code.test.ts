import { describe, expect, it } from "vitest";
import { loadCode } from "./load-code.ts";

describe("code that is loaded as it is needed", () => {
  it("says what was not loaded, and comes when it is tried again", async () => {
    let isServed = false;
    const load = async () => {
      if (!isServed) throw new TypeError("Failed to fetch dynamically imported module");
      return { Editor: "code" };
    };
    await expect(loadCode(load, "The editor")).rejects.toMatchObject({
      kind: "unreachable",
      message:
        "The editor was not loaded. The server does not answer, or it has a newer console: then reload the page.",
    });
    isServed = true;
    await expect(loadCode(load, "The editor")).resolves.toEqual({ Editor: "code" });
  });
});
