import { METHODS } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { KeymoorError } from "../../errors.ts";
import { callConnection } from "../../operations/call-connection.ts";
import { run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentPath } from "../environment-path.ts";
import { hasBody } from "../framing.ts";
import { goneSignal } from "../gone-signal.ts";
import { canonicalTarget } from "../request-target.ts";
import { sendAnswer } from "./answer.ts";
import { parseCallPath } from "./call-path.ts";

/** Calls through a connection (design 9): any method, in the long form and the short one. */
export function addCallRoutes(app: App): void {
  // Node hands CONNECT over as a tunnel, not as a request; see server.ts.
  const methods = METHODS.filter((method) => method !== "CONNECT");
  for (const method of methods) if (!app.supportedMethods.includes(method)) app.addHttpMethod(method);
  for (const url of ["/c/:name", `/keymoor/v1${environmentPath}/connections/:name/call`]) {
    app.route({
      method: methods,
      url,
      config: { access: callConnection, isCall: true },
      schema: { hide: true }, // described in api/docs/call-paths.ts
      // Answered before anything is parsed: body, type and encoding are between the caller and the service.
      onRequest: (request, reply) => answerCall(request, reply),
      handler: unreachable,
    });
  }
}

async function answerCall(request: FastifyRequest, reply: FastifyReply): Promise<void> {
  const { raw } = request;
  const gone = goneSignal(reply);
  const answer = await run(request, callConnection, () => {
    judgeMethod(request);
    const path = parseCallPath(canonicalTarget(request.originalUrl));
    // The router decodes `cal%6c` and the like, and what such a path asks of the service cannot be told byte for byte.
    if (path === undefined) throw new KeymoorError("route_not_found", "Nothing stands at this path.");
    return {
      name: (request.params as { readonly name: string }).name,
      method: raw.method ?? "GET",
      morePath: path.morePath,
      query: path.query,
      rawHeaders: withoutOffer(raw.rawHeaders),
      body: hasBody(raw) ? raw : undefined,
      signal: gone,
    };
  });
  reply.hijack();
  sendAnswer(reply.raw, request.id, answer);
}

function judgeMethod({ raw }: FastifyRequest): void {
  const offered = raw.headers.upgrade;
  if (raw.method !== "TRACE" && (offered === undefined || isHttp2Offer(offered))) return;
  throw methodRefused();
}

export function methodRefused(): KeymoorError {
  return new KeymoorError("call_method_not_allowed", "TRACE, CONNECT and upgrades are not passed on.", {
    hint: "Only ordinary requests go through a connection.",
  });
}

/**
 * Java's HttpClient offers HTTP/2 on every request in clear text. A server may overlook an offer (RFC 9110 7.8), and the
 * service must not see it.
 */
function withoutOffer(rawHeaders: readonly string[]): readonly string[] {
  const at = rawHeaders.findIndex(
    (text, index) => index % 2 === 0 && text.length === 7 && text.toLowerCase() === "upgrade",
  );
  return at === -1 ? rawHeaders : rawHeaders.toSpliced(at, 2);
}

function isHttp2Offer(upgrade: string): boolean {
  return upgrade.toLowerCase() === "h2c";
}

async function unreachable(): Promise<never> {
  throw new Error("calls are answered before their handler");
}
