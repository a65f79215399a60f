/** A call's request target, cut where the connection's name ends. Nothing of it is decoded. */
export interface CallPath {
  /** What the router sees. */
  readonly route: string;
  /** Empty, or from its slash on. */
  readonly morePath: string;
  /** Without `?`. */
  readonly query: string;
}

const form =
  /^(\/c\/[^/?#]+|\/keymoor\/v1\/organizations\/[^/?#]+\/environments\/[^/?#]+\/connections\/[^/?#]+\/call)(\/[^?]*)?(?:\?([\s\S]*))?$/;

export function parseCallPath(target: string): CallPath | undefined {
  // Asked of every request: two comparisons spare nearly all of them the expression.
  if (!target.startsWith("/c/") && !target.startsWith("/keymoor/")) return undefined;
  const match = form.exec(target);
  const route = match?.[1];
  return route === undefined ? undefined : { route, morePath: match?.[2] ?? "", query: match?.[3] ?? "" };
}
