import { KeymoorError } from "../../errors.ts";

/** Each pair is a condition of the query, and a database takes only so many. */
export const maxLabelPairs = 64;

/** `key=value,other=value`: what Confluent's clients send. Other selectors are refused rather than ignored. */
export function parseLabelSelector(selector: string | undefined): Readonly<Record<string, string>> {
  if (selector === undefined || selector.trim() === "") return {};
  const pairs = selector.split(",");
  if (pairs.length > maxLabelPairs) {
    throw new KeymoorError(
      "invalid_filter",
      `Parameter "label_selector" has more than ${maxLabelPairs} pairs.`,
      { parameter: "label_selector" },
    );
  }
  return Object.fromEntries(pairs.map(parsePair));
}

function parsePair(text: string): [string, string] {
  const match = /^\s*([\w./-]+)\s*={1,2}\s*([\w./-]*)\s*$/.exec(text);
  const [, key, value] = match ?? [];
  if (key !== undefined && key !== "__proto__" && value !== undefined) return [key, value];
  throw new KeymoorError(
    "invalid_filter",
    'Parameter "label_selector" is not a list such as key=value,other=value.',
    {
      hint: "Only equality is taken.",
      parameter: "label_selector",
    },
  );
}
