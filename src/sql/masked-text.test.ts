import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { redactPlaces } from "./redact.ts";
import { vocabulary } from "./vocabulary.fixture.ts";

const piece = fc.constantFrom(
  "CREATE CONNECTION c WITH (",
  "SELECT 1 ",
  "'api-key' = ",
  "'sk-secret'",
  "'type' = 'openai'",
  "'https://u:p@h/x?k=v'",
  ", ",
  ");\n",
  "/* note */",
  "-- note\n",
  "sk",
  "'",
);

describe("the way from a place in a text to its place in the masked text", () => {
  test("leads to the same character, or to the mask that covers it", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join("");
        const places = redactPlaces(text, vocabulary);
        const shown = places.toString();
        let before = 0;
        for (let offset = 0; offset < text.length; offset += 1) {
          const at = places.offsetOf(offset);
          expect(at).toBeGreaterThanOrEqual(before);
          const isMask = /^'?\*{6}/.test(shown.slice(at));
          expect(isMask || shown.charAt(at) === text.charAt(offset)).toBe(true);
          before = at;
        }
        expect(places.offsetOf(text.length)).toBe(shown.length);
      }),
    );
  });
});
