import { connect, type Socket } from "node:net";
import type { ResolvedAddress } from "../address-policy.ts";
import { upstreamError } from "../upstream-error.ts";
import { type Place, urlLike } from "./place.ts";

/** In their order, each with its share of the time, so that a silent one does not use up that of the next. */
export async function dialFirst(
  place: Place,
  addresses: readonly ResolvedAddress[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Socket> {
  let failure: unknown;
  for (const { address, family } of addresses) {
    try {
      return await dialOne({ host: address, port: place.port, family }, signal, timeoutMs / addresses.length);
    } catch (error) {
      failure = error;
      if (signal.aborted) break;
    }
  }
  throw upstreamError(failure, urlLike(place));
}

/** `host` is an address, so that nothing is looked up any more. */
function dialOne(
  to: { host: string; port: number; family: number },
  signal: AbortSignal,
  timeoutMs: number,
): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(to);
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect).off("error", settle);
      // Whoever holds it next may not listen yet when it breaks.
      socket.on("error", () => {});
      if (error === undefined) resolve(socket);
      else {
        socket.destroy();
        reject(error);
      }
    };
    const onConnect = (): void => settle(undefined);
    const timedOut = (): void => settle(Object.assign(new Error("no connection"), { code: "ETIMEDOUT" }));
    const onAbort = timedOut;
    const timer = setTimeout(timedOut, timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("connect", onConnect).once("error", settle);
  });
}
