import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openServices, type ServicesFixture } from "../../test/fixtures/services.ts";
import { makePageToken, readPageToken } from "./page-token.ts";

describe("a page token", () => {
  let fixture: ServicesFixture;
  beforeAll(async () => {
    fixture = await openServices();
  });
  afterAll(() => fixture.close());

  /** The longest that a seed file may name. */
  const longest = ["n".repeat(100), "c".repeat(20), "r".repeat(60)].join(" ");

  it.each(["my-openai", longest, "2026-11-20T09:00:00.000Z 0b0f4c1e-5d6f-4f1a-9d55-2a0c7e1b3c11 12", "7"])(
    "leads back to its position and has at most 255 characters: %s",
    (position) => {
      const scope = ["connections", "e".repeat(100), undefined];
      const token = makePageToken(fixture.services, scope, position);
      expect(token.length).toBeLessThanOrEqual(255);
      expect(readPageToken(fixture.services, scope, token)).toBe(position);
    },
  );

  it("holds for its own list, filter and position only", () => {
    const { services } = fixture;
    const token = makePageToken(services, ["connections", undefined], "a b c");
    for (const [scope, text] of [
      [["connections", "x"], token],
      [["other", undefined], token],
      [["connections", undefined], `${token}d`],
      [["connections", undefined], token.slice(0, -1)],
      [["connections", undefined], token.slice(0, 10)],
      [["connections", undefined], `A${token}`],
    ] as const) {
      expect(() => readPageToken(services, scope, text)).toThrow("The page token is not one of this list.");
    }
  });
});
