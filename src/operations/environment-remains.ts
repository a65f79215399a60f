import type { Step } from "../storage/store.ts";

/** For what is made in an environment, if it is in one: nothing is left behind in what was deleted meanwhile. */
export function environmentRemains({
  environmentId,
}: {
  readonly environmentId: string | null;
}): readonly Step[] {
  return environmentId === null ? [] : [{ do: "require_environment", id: environmentId }];
}
