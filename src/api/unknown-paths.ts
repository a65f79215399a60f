import type { RouteOptions } from "fastify";
import { KeymoorError } from "../errors.ts";
import type { App } from "./app.ts";

/** Unknown paths are 404 and known ones by another method 405 with `Allow`, in the error body of everything else. */
export function refuseUnknownPaths(app: App): void {
  const known: { readonly form: RegExp; readonly methods: Set<string> }[] = [];
  const byUrl = new Map<string, Set<string>>();
  app.addHook("onRoute", ({ url, method }: RouteOptions) => {
    const methods = byUrl.get(url) ?? new Set<string>();
    if (!byUrl.has(url)) known.push({ form: formOf(url), methods });
    byUrl.set(url, methods);
    for (const one of [method].flat()) methods.add(one);
  });
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split("?", 1)[0] ?? "";
    const allowed = known.find(({ form }) => form.test(path))?.methods;
    if (allowed === undefined) {
      throw new KeymoorError("route_not_found", "Nothing stands at this path.", {
        hint: "GET /openapi.json lists every path.",
      });
    }
    const allow = [...allowed].sort().join(", ");
    reply.header("allow", allow);
    throw new KeymoorError("method_not_allowed", "This path does not take this method.", {
      hint: `It takes ${allow}.`,
    });
  });
}

function formOf(url: string): RegExp {
  const source = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
