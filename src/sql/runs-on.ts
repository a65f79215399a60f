/** Whether a statement of this kind goes on until it is stopped (`sqlKind`); the others come to an end by themselves. */
export function runsOn(kind: string): boolean {
  return unboundedKinds.has(kind) || changingKinds.has(kind);
}

/** Whether it reads without end, which for Flink is so unless its sources say otherwise. */
export function isUnbounded(kind: string): boolean {
  return unboundedKinds.has(kind);
}

const unboundedKinds: ReadonlySet<string> = new Set([
  "SELECT",
  "INSERT_INTO",
  "INSERT_OVERWRITE",
  "STATEMENT_SET",
  "EXECUTE_PLAN",
]);

/** Flink runs these over what is there and no more. */
const changingKinds: ReadonlySet<string> = new Set(["UPDATE", "DELETE"]);
