import { upstreamError } from "../../upstream-error.ts";
import { asFailure, type CheckFailure } from "../check-failure.ts";
import { type Place, textOf } from "../place.ts";

/** What went wrong on the wire during a login; without an error of the network's, the service closed the connection. */
export function networkFailure(error: unknown, place: Place): CheckFailure {
  const hasCode = error instanceof Error && "code" in error;
  const cause = hasCode ? error : Object.assign(new Error("closed"), { code: "ECONNRESET" });
  return asFailure(upstreamError(cause, { hostname: place.host, host: textOf(place) }));
}
