// A module of our own: `import("yaml")` finds no named exports of a CommonJS package in the bundle.
import { Document, Scalar, visit } from "yaml";
import { escaped, unprintable } from "./printable.ts";

export function stringifyYaml(data: unknown): string {
  return yamlText(new Document(data));
}

/** A document without wrapped lines, and without a character that drives a terminal. */
export function yamlText(document: Document): string {
  visit(document, {
    Scalar: (_key, node) => {
      // Only double quotes know escapes.
      if (typeof node.value === "string" && node.value.search(unprintable) >= 0) {
        node.type = Scalar.QUOTE_DOUBLE;
      }
    },
  });
  return escaped(document.toString({ lineWidth: 0 }), unprintable);
}
