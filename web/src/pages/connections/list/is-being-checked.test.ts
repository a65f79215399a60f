import { describe, expect, it } from "vitest";
import { isBeingChecked } from "./is-being-checked.ts";

describe("the list of connections", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  it.each([
    ["PENDING", "2026-11-28T11:59:50Z", true],
    ["PENDING", "2026-11-28T11:58:01Z", true],
    // The clock of the server is ahead of the browser's.
    ["PENDING", "2026-11-28T12:00:30Z", true],
    ["PENDING", "2026-11-28T11:58:00Z", false],
    ["PENDING", "2026-10-01T09:00:00Z", false],
    ["READY", "2026-11-28T11:59:50Z", false],
  ])("of one that is %s since %s waits for a status: %s", (phase, rotated_at, isWaited) => {
    expect(isBeingChecked({ status: { phase }, rotated_at }, now)).toBe(isWaited);
  });
});
