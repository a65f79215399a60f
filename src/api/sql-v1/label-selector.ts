import { KeymoorError } from "../../errors.ts";

/** `key=value,other=value`: what Confluent's clients send. Other selectors are refused rather than ignored. */
export function parseLabelSelector(selector: string | undefined): Readonly<Record<string, string>> {
  if (selector === undefined || selector.trim() === "") return {};
  return Object.fromEntries(selector.split(",").map(parsePair));
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
