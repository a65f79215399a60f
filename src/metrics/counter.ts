import type { Family } from "./family.ts";

/** Plain numbers by label values: cheap enough for every request, and nothing is loaded for it. */
export class Counter {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #counts = new Map<string, { readonly values: readonly string[]; count: number }>();

  constructor(name: string, help: string, labels: readonly string[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
  }

  /** `values` in the order of the labels. */
  add(values: readonly string[], by = 1): void {
    const key = values.join("\n");
    const known = this.#counts.get(key);
    if (known === undefined) this.#counts.set(key, { values, count: by });
    else known.count += by;
  }

  family(): Family {
    const samples = [...this.#counts.values()].map(({ values, count }) => ({
      labels: labelsOf(this.#labels, values),
      value: count,
    }));
    return { name: this.#name, help: this.#help, type: "counter", samples };
  }
}

export function labelsOf(names: readonly string[], values: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""]));
}
