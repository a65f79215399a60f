const steps = ["service", "credentials", "review", "done"] as const;
export type NewConnectionStep = (typeof steps)[number];

/** The step stands in the address, so that Back goes one step back. Nothing that is typed stands there. */
export interface NewConnectionSearch {
  readonly step?: NewConnectionStep | undefined;
  /** Name of the chosen type, or of the one that was made. */
  readonly type?: string | undefined;
  /** Of the connection that was made. */
  readonly name?: string | undefined;
  readonly region?: string | undefined;
}

export function newConnectionSearch(search: Readonly<Record<string, unknown>>): NewConnectionSearch {
  return {
    step: steps.find((step) => step === search.step),
    type: text(search.type),
    name: text(search.name),
    region: text(search.region),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
