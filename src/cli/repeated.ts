import { UsageError } from "./usage-error.ts";

/** Collects the values of a flag that may be given several times. */
export function repeated(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** Refuses a flag that is given twice, where losing the first value would go unnoticed. */
export function once(flag: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before !== undefined) throw new UsageError(`--${flag} may be given once.`);
    return value;
  };
}
