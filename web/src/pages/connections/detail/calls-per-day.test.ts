import { expect, it } from "vitest";
import { callsPerDay } from "./calls-per-day.ts";

it("counts the calls of all callers by day, and has the days on which nobody called", () => {
  const days = callsPerDay(
    [
      { day: "2026-11-28", principal: "u-1", calls: 2 },
      { day: "2026-11-28", principal: "sa-1", calls: 3 },
      { day: "2026-11-01", principal: "u-1", calls: 7 },
      { day: "2026-10-01", principal: "u-1", calls: 9 },
    ],
    new Date("2026-11-28T00:30:00Z"),
  );
  expect(days).toHaveLength(30);
  expect([days[0]?.day, days.at(-1)]).toEqual(["2026-10-30", { day: "2026-11-28", calls: 5 }]);
  expect(days.filter(({ calls }) => calls > 0).map(({ calls }) => calls)).toEqual([7, 5]);
});
