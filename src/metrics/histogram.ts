import { labelsOf } from "./counter.ts";
import type { Family, Sample } from "./family.ts";

interface Series {
  readonly values: readonly string[];
  /** By bucket, the last one for what is above all bounds; not cumulative. */
  readonly counts: number[];
  sum: number;
}

/** Durations in seconds by label values, in buckets. */
export class Histogram {
  readonly #name: string;
  readonly #help: string;
  readonly #labels: readonly string[];
  readonly #bounds: readonly number[];
  readonly #series = new Map<string, Series>();

  /** `bounds` in rising order, in seconds. */
  constructor(name: string, help: string, labels: readonly string[], bounds: readonly number[]) {
    this.#name = name;
    this.#help = help;
    this.#labels = labels;
    this.#bounds = bounds;
    if (labels.length === 0) this.#seriesOf([]);
  }

  observe(values: readonly string[], seconds: number): void {
    const series = this.#seriesOf(values);
    const above = this.#bounds.findIndex((bound) => seconds <= bound);
    const bucket = above < 0 ? this.#bounds.length : above;
    series.counts[bucket] = (series.counts[bucket] ?? 0) + 1;
    series.sum += seconds;
  }

  #seriesOf(values: readonly string[]): Series {
    const key = values.join("\n");
    const known = this.#series.get(key);
    if (known !== undefined) return known;
    const fresh: Series = { values, counts: Array(this.#bounds.length + 1).fill(0), sum: 0 };
    this.#series.set(key, fresh);
    return fresh;
  }

  family(): Family {
    const samples = [...this.#series.values()].flatMap((series) => this.#samplesOf(series));
    return { name: this.#name, help: this.#help, type: "histogram", samples };
  }

  #samplesOf({ values, counts, sum }: Series): readonly Sample[] {
    const labels = labelsOf(this.#labels, values);
    const samples: Sample[] = [];
    let total = 0;
    for (const [index, count] of counts.entries()) {
      total += count;
      const le = index < this.#bounds.length ? String(this.#bounds[index]) : "+Inf";
      samples.push({ suffix: "_bucket", labels: { ...labels, le }, value: total });
    }
    samples.push({ suffix: "_sum", labels, value: sum }, { suffix: "_count", labels, value: total });
    return samples;
  }
}
