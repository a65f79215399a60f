import fc from "fast-check";
import { expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { judgeConnectionName } from "./connection-name.ts";

test.each(["a", "Connection1", "my_connection", "azure-openai_connection", "a.b", "9", "x".repeat(100)])(
  "%j is a name",
  (name) => {
    expect(judgeConnectionName(name)).toBe(name);
  },
);

test.each([
  ["", "is missing"],
  ["x".repeat(101), "longer than 100"],
  ["a b", "position 2"],
  ["We/ird", "position 3"],
  ["naïve", "position 3"],
  ["-a", "does not begin"],
  ["a_", "does not end"],
])("%j is refused", (name, reason) => {
  expect(() => judgeConnectionName(name)).toThrow(reason);
});

test("what is refused is not repeated in the error", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4 }), (text) => {
      const name = `s3cr3t${text} `;
      try {
        judgeConnectionName(name);
        expect.unreachable();
      } catch (error) {
        if (!(error instanceof KeymoorError)) throw error;
        expect(error.code).toBe("invalid_name");
        expect(error.sentence).not.toContain("s3cr3t");
      }
    }),
  );
});
