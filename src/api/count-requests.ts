import type { Services } from "../operations/services.ts";
import type { App } from "./app.ts";

/** Counts every answer by its route; the path itself belongs to the caller. The console's page stands where no route does. */
export function countRequests(app: App, { metrics }: Services): void {
  app.addHook("onResponse", (request, reply, done) => {
    const unrouted = reply.raw.statusCode < 400 ? "console" : "unknown";
    const route = request.is404 ? unrouted : (request.routeOptions.url ?? "unknown");
    metrics.requestDone(request.method, route, reply.raw.statusCode, reply.elapsedTime / 1000);
    done();
  });
}
