import { describe, expect, it } from "vitest";
import { afterUnfinishedMs, type Found, neverChecked as fresh, nextCheck } from "./check-plan.ts";

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const found = (outcome: Found["outcome"], change: Partial<Found> = {}): Found => ({
  outcome,
  isUnreadable: false,
  hasReference: false,
  ...change,
});

/** Within the tenth by which times are spread. */
function expectAbout(ms: number | null, about: number): void {
  expect(ms).toBeGreaterThanOrEqual(about * 0.9);
  expect(ms).toBeLessThanOrEqual(about * 1.1);
}

describe("the plan of checks", () => {
  it("is daily, and spread, while all is well", () => {
    const times = Array.from({ length: 200 }, () => nextCheck(fresh, found("accepted")).inMs);
    for (const time of times) expectAbout(time, dayMs);
    expect(new Set(times).size).toBeGreaterThan(100);
    expect(nextCheck(fresh, found("accepted"))).toMatchObject({ phase: "READY", failures: 0 });
    expect(nextCheck(fresh, found("cannot_tell"))).toMatchObject({ phase: "READY", failures: 0 });
  });

  it("backs off from a service that cannot be reached: 5 minutes, 15, an hour, four, then daily", () => {
    let plan = fresh;
    for (const minutes of [5, 15, 60, 240, 1440, 1440]) {
      const next = nextCheck(plan, found("unreachable"));
      expect(next.phase).toBe("UNREACHABLE");
      expectAbout(next.inMs, minutes * minuteMs);
      plan = next;
    }
    expect(plan.failures).toBe(6);
    expect(nextCheck(plan, found("accepted")).failures).toBe(0);
  });

  it("stops at a refusal, so that no account is locked, until the service accepts the credential", () => {
    const refused = nextCheck(fresh, found("refused"));
    expect(refused).toMatchObject({ phase: "INVALID_AUTH", failures: 0, refused: true, inMs: null });
    // Somebody asked, and the service was away: that is no reason to try the wrong password again.
    const away = nextCheck(refused, found("unreachable"));
    expect(away).toMatchObject({ phase: "UNREACHABLE", refused: true, inMs: null });
    expect(nextCheck(away, found("cannot_tell"))).toMatchObject({ phase: "INVALID_AUTH", inMs: null });
    const accepted = nextCheck(away, found("accepted"));
    expect(accepted).toMatchObject({ phase: "READY", refused: false });
    expectAbout(accepted.inMs, dayMs);
  });

  it("looks after a refusal whether the value behind a reference has changed", () => {
    const refused = nextCheck(fresh, found("refused", { hasReference: true }));
    expect(refused).toMatchObject({ refused: true, inMs: 5 * minuteMs });
  });

  it("tries again when a reference cannot be read, which is no refusal by the service", () => {
    const unreadable = found("refused", { isUnreadable: true, hasReference: true });
    const next = nextCheck(fresh, unreadable);
    expect(next).toMatchObject({ phase: "INVALID_AUTH", refused: false, failures: 1 });
    expectAbout(next.inMs, 5 * minuteMs);
    expectAbout(nextCheck(next, unreadable).inMs, 15 * minuteMs);
  });

  it("counts a server that ended during the check apart from a service that cannot be reached", () => {
    const away = nextCheck(nextCheck(fresh, found("unreachable")), found("unreachable"));
    expect(away).toMatchObject({ failures: 2, unfinished: 0 });
    expect(afterUnfinishedMs(away)).toBe(5 * minuteMs);
    expect(afterUnfinishedMs({ unfinished: 2 })).toBeUndefined();
    const ended = nextCheck({ ...away, unfinished: 2 }, found("cannot_tell", { isUnfinished: true }));
    expect(ended).toMatchObject({ failures: 2, unfinished: 3 });
    expectAbout(ended.inMs, dayMs);
    expect(nextCheck(ended, found("unreachable"))).toMatchObject({ failures: 3, unfinished: 0 });
  });
});
