import fc from "fast-check";
import { expect, test } from "vitest";
import { lex } from "./lex.ts";

const kinds = (text: string): string =>
  lex(text)
    .tokens.map(({ kind }) => kind)
    .join(" ");

test("tokens are told apart", () => {
  expect(kinds("CREATE x.`a``b` ( 'it''s' = \"d\" , 1.5e3 ) ;")).toBe(
    "word word . name ( string = double , number ) ;",
  );
  expect(kinds("a--b\nc//d\r\n/* e 'f' */g/*+ h */")).toBe(
    "word comment word comment comment word symbol word symbol symbol",
  );
  expect(kinds("été 表 m$2 _x")).toBe("word word word word");
});

test("what is not closed reaches to the end", () => {
  for (const text of ["'a b", '"a b', "`a b", "/* a b", "'a'' b"]) {
    expect(lex(text)).toEqual({ tokens: [{ kind: "unclosed", start: 0, end: text.length }], isSound: false });
  }
});

test("quotes that touch what follows are paired wrongly", () => {
  for (const text of ["'a'b", "'a'`b`", "`a`'b'", '"a"1', "`a`b"])
    expect(lex(text).isSound, text).toBe(false);
  for (const text of ["'a',b", "`a`.`b`", "x'a'", "'a'--b", "'a')"])
    expect(lex(text).isSound, text).toBe(true);
});

test("characters that SQL has no use for are unknown", () => {
  for (const character of ["\0", "@", "#", "\\", "’", "＇", "\u00a0", "\ufeff", "😀", "\ud800", "\udc00"]) {
    expect(lex(character), JSON.stringify(character)).toMatchObject({
      tokens: [{ kind: "unknown" }],
      isSound: false,
    });
  }
});

test("tokens stand in order and leave only white space between them", () => {
  const piece = fc.oneof(
    fc.constantFrom("'", "`", '"', "--", "/*", "*/", "\n", " ", "(", "a", "1"),
    fc.string({ unit: "binary" }),
  );
  fc.assert(
    fc.property(
      fc.array(piece).map((pieces) => pieces.join("")),
      (text) => {
        let end = 0;
        for (const token of lex(text).tokens) {
          expect(text.slice(end, token.start)).toMatch(/^[ \t\r\n\f\v]*$/);
          expect(token.end).toBeGreaterThan(token.start);
          end = token.end;
        }
        expect(text.slice(end)).toMatch(/^[ \t\r\n\f\v]*$/);
      },
    ),
  );
});
