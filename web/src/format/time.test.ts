import { describe, expect, it } from "vitest";
import { duration, relativeTime } from "./time.ts";

describe("a time", () => {
  const now = new Date("2026-11-28T12:00:00Z");
  it.each([
    ["2026-11-28T11:59:30Z", "just now"],
    ["2026-11-28T12:00:20Z", "in a moment"],
    ["2026-11-28T11:57:00Z", "3 minutes ago"],
    ["2026-11-28T11:00:01Z", "59 minutes ago"],
    ["2026-11-28T11:00:00Z", "1 hour ago"],
    ["2026-11-30T12:00:00Z", "in 2 days"],
    ["2024-11-01T11:00:00Z", "2 years ago"],
  ])("of %s is %s at noon, cut and not rounded", (at, text) => {
    expect(relativeTime(new Date(at), now)).toBe(text);
  });

  it("is short in a table", () => {
    expect(relativeTime(new Date("2026-11-28T11:57:00Z"), now, "narrow")).toBe("3m ago");
  });

  it("that passed is milliseconds below a second, and seconds above", () => {
    expect([duration(84), duration(1240)]).toEqual(["84 ms", "1.2 s"]);
  });
});
