import type { FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { KeymoorError } from "../errors.ts";
import type { App } from "./app.ts";

/** What may answer in place of a 404 outside the APIs; undefined: it does not either. */
export type AnswerElsewhere = (request: FastifyRequest, reply: FastifyReply) => FastifyReply | undefined;

/**
 * Unknown paths are 404 and known ones by another method 405 with `Allow`, in the error body of everything else. Outside the
 * APIs `elsewhere` is asked first.
 */
export function refuseUnknownPaths(app: App, elsewhere: AnswerElsewhere): void {
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
      const answered = isOfApi(request.originalUrl, byUrl) ? undefined : elsewhere(request, reply);
      if (answered !== undefined) return answered;
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

/** Below the first segment of any route, or in a form in which official clients reach one (request-target.ts). */
function isOfApi(target: string, routes: ReadonlyMap<string, unknown>): boolean {
  const path = target.split("?", 1)[0] ?? "";
  const segment = firstSegment(path);
  if (segment === "api" || segment === "gateway" || /confluent\.cloud(\/|$)/.test(path)) return true;
  return segment !== "" && [...routes.keys()].some((url) => firstSegment(url) === segment);
}

function firstSegment(path: string): string {
  return path.split("/", 2)[1] ?? "";
}

function formOf(url: string): RegExp {
  const source = url.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replace(/:\w+/g, "[^/]+");
  return new RegExp(`^${source}$`);
}
