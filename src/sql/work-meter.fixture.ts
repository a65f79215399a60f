/**
 * Counts the characters that a function looks at, by standing in for the methods of strings and regular expressions while
 * it runs. So a test can say that work grows with the text alone, on a machine of any speed. The function must not wait.
 */
export function countWork(run: () => unknown): number {
  let work = 0;
  const restores: (() => void)[] = [];
  const replace = (
    owner: object,
    method: string,
    cost: (self: unknown, given: unknown[], result: unknown, from: number) => number,
  ) => {
    const original: unknown = Reflect.get(owner, method);
    if (typeof original !== "function") throw new TypeError(`No method ${method}`);
    Reflect.set(owner, method, function (this: unknown, ...given: unknown[]): unknown {
      const from = this instanceof RegExp && (this.global || this.sticky) ? this.lastIndex : 0;
      const result: unknown = Reflect.apply(original, this, given);
      work += cost(this, given, result, from);
      return result;
    });
    restores.push(() => Reflect.set(owner, method, original));
  };
  const lengthOf = (value: unknown): number => (typeof value === "string" ? value.length : 1);
  const numberOf = (value: unknown, otherwise: number): number =>
    typeof value === "number" ? value : otherwise;
  try {
    for (const method of ["charCodeAt", "charAt", "codePointAt", "startsWith"])
      replace(String.prototype, method, () => 1);
    for (const method of ["slice"])
      replace(String.prototype, method, (_self, _given, result) => lengthOf(result));
    for (const method of [
      "toUpperCase",
      "toLowerCase",
      "replaceAll",
      "trimEnd",
      "includes",
      "split",
      "lastIndexOf",
      "matchAll",
    ]) {
      replace(String.prototype, method, lengthOf);
    }
    replace(String.prototype, "indexOf", (self, given, result) => {
      const found = numberOf(result, -1);
      return (found < 0 ? lengthOf(self) : found) - numberOf(given[1], 0) + 1;
    });
    // `test`, `matchAll`, `split` and `replace` call this one as well.
    replace(RegExp.prototype, "exec", (self, given, result, from) => {
      if (!(self instanceof RegExp)) return 0;
      // A sticky expression looks at one place; ours have no unbounded runs, so that a failure is cheap.
      if (self.sticky && result === null) return 8;
      if (self.global || self.sticky)
        return (result === null ? lengthOf(given[0]) : self.lastIndex) - from + 1;
      return lengthOf(given[0]);
    });
    run();
  } finally {
    for (const restore of restores) restore();
  }
  return work;
}
