import { collectDefaultMetrics, Registry } from "prom-client";
import type { Family } from "./family.ts";

/**
 * `process_*` and `nodejs_*`, as every Node program has them. Imported at the first scrape: from then on a timer watches the
 * event loop.
 */
export function createProcessMetrics(): () => Promise<readonly Family[]> {
  const register = new Registry();
  collectDefaultMetrics({ register });
  return async () => {
    // The library's types have numbers for the types of metrics and leave out the names of samples.
    const metrics = (await register.getMetricsAsJSON()) as unknown as readonly CollectedMetric[];
    return metrics.map(familyOf);
  };
}

/** The library's own text has `Nan` where nothing was measured yet, which no parser is bound to take. */
function familyOf(metric: CollectedMetric): Family {
  const type = metricTypes.find((known) => known === metric.type) ?? "gauge";
  const samples = metric.values
    .filter(({ value }) => !Number.isNaN(value))
    .map(({ labels, metricName, value }) => ({
      suffix: (metricName ?? metric.name).slice(metric.name.length),
      labels: Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, String(text)])),
      value,
    }));
  return { name: metric.name, help: metric.help, type, samples };
}

const metricTypes = ["counter", "gauge", "histogram"] as const satisfies readonly Family["type"][];

interface CollectedMetric {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly values: readonly {
    /** Where it is not that of the metric: of a histogram's samples. */
    readonly metricName?: string;
    readonly labels: Readonly<Record<string, string | number>>;
    readonly value: number;
  }[];
}
