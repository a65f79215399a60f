import type { Services } from "../operations/services.ts";
import type { App } from "./app.ts";

/** Counts every answer by its route; the path itself belongs to the caller. */
export function countRequests(app: App, { metrics }: Services): void {
  app.addHook("onResponse", (request, reply, done) => {
    const route = request.is404 ? "unknown" : (request.routeOptions.url ?? "unknown");
    metrics.requestDone(request.method, route, reply.raw.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
