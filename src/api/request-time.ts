import type { IncomingMessage } from "node:http";
import type { App } from "./app.ts";
import { hasBody } from "./framing.ts";

/** How long a request may take to come. */
export interface RequestTime {
  readonly headersMs: number;
  /** For a whole body that is read here. That of a call streams for as long as it moves. */
  readonly bodyMs: number;
  /** For nothing to move on a connection, in either direction, while a request is under way. */
  readonly idleMs: number;
}

export const requestTime: RequestTime = {
  headersMs: 60_000,
  bodyMs: 60_000,
  // Longer than a call's service may be silent (design 9), so that a caller is told of that and not cut.
  idleMs: 330_000,
};

/** For Fastify. Node's own limit for a whole request is off, because it would end long calls. */
export function serverTime({ headersMs, idleMs }: RequestTime) {
  return {
    requestTimeout: 0,
    connectionTimeout: idleMs,
    http: { requestTimeout: 0, headersTimeout: headersMs },
  };
}

/** Cuts the connection of a body that does not end. What is left of a call's body once it was answered has the same limit. */
export function limitBodyTime(app: App, { bodyMs }: RequestTime): void {
  app.addHook("onRequest", ({ raw, routeOptions }, reply, done) => {
    if (hasBody(raw)) {
      if (routeOptions.config.isCall === true) reply.raw.once("finish", () => cutLater(raw, bodyMs));
      else cutLater(raw, bodyMs);
    }
    done();
  });
}

function cutLater(raw: IncomingMessage, afterMs: number): void {
  if (raw.complete) return;
  const timer = setTimeout(() => {
    if (!raw.complete) raw.destroy();
  }, afterMs);
  timer.unref();
  raw.once("close", () => clearTimeout(timer));
}
