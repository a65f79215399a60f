import { type Binding, holds, type Right, type Scope } from "./rights.ts";

/** Environment and region that a credential is bound to. */
export interface CredentialPlace {
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
}

/** Whoever sent a request, after the credential proved right. */
export interface Caller {
  readonly principal: string;
  /** Id of the API key, use token, session or identity pool that was shown. */
  readonly credential: string;
  readonly via: "cloud_key" | "flink_key" | "use_token" | "session" | "identity_pool";
  /** Every list must grant a right: the principal's own, and for a statement run as another, that one's too. */
  readonly bindings: readonly (readonly Binding[])[];
  /** A Flink key and a use token hold only here; nothing else is bound to a place. */
  readonly place: CredentialPlace | undefined;
  /** The connections a use token is bound to. */
  readonly connections: readonly string[] | undefined;
  /** Lower-case name of the header in which the credential came. */
  readonly shownIn: string;
}

export function callerHolds(caller: Caller, right: Right, scope: Scope): boolean {
  // A use token carries the right to call and nothing else (design 9).
  if (caller.via === "use_token" && right !== "connection:call") return false;
  if (caller.place !== undefined && scope.environmentId !== caller.place.environmentId) return false;
  return caller.bindings.every((bindings) => holds(bindings, right, scope));
}
