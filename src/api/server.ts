import { type IncomingMessage, STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import fastify, { type FastifyReply, type FastifyRequest } from "fastify";
import { KeymoorError } from "../errors.ts";
import type { Reset } from "../operations/reset-server.ts";
import type { Services } from "../operations/services.ts";
import type { Secret } from "../secret.ts";
import { createAdmission } from "./admission.ts";
import type { App } from "./app.ts";
import { largestBodyBytes, takeJsonBodies } from "./body.ts";
import { parseCallPath } from "./call/call-path.ts";
import { addCallRoutes, methodRefused } from "./call/calls.ts";
import { readConsoleFiles } from "./console/console-files.ts";
import { addConsoleRoutes, sendConsolePage } from "./console/serve-console.ts";
import { addApiKeyRoutes } from "./control-plane/api-keys.ts";
import { addComputePoolRoutes } from "./control-plane/compute-pools.ts";
import { addEmptyListRoutes } from "./control-plane/empty-lists.ts";
import { addEndpointRoute } from "./control-plane/endpoints.ts";
import { addEnvironmentRoutes } from "./control-plane/environments.ts";
import { addInvitationRoutes } from "./control-plane/invitations.ts";
import { addOrganizationRoutes } from "./control-plane/organizations.ts";
import { addRegionRoute } from "./control-plane/regions.ts";
import { addRoleBindingRoutes } from "./control-plane/role-bindings.ts";
import { addRoleCatalogueRoutes } from "./control-plane/role-catalogue.ts";
import { addServiceAccountRoutes } from "./control-plane/service-accounts.ts";
import { addTokenExchangeRoute } from "./control-plane/token-exchange.ts";
import { addUserRoutes } from "./control-plane/users.ts";
import { addMeRoute } from "./control-plane-v1/me.ts";
import { addV1PrincipalRoutes } from "./control-plane-v1/principals.ts";
import { addV1SessionRoutes } from "./control-plane-v1/sessions.ts";
import { addUsageRoute } from "./control-plane-v1/usages.ts";
import { countRequests } from "./count-requests.ts";
import { addDocumentRoutes, describeRoutes } from "./docs/documents.ts";
import { type RenderedError, renderError } from "./errors.ts";
import { judgeFraming } from "./framing.ts";
import { addHealthRoute } from "./health.ts";
import { addAuditEventRoutes } from "./keymoor-v1/audit-events.ts";
import { addCheckRoutes } from "./keymoor-v1/checks.ts";
import { addConnectionCheckRoute } from "./keymoor-v1/connection-checks.ts";
import { addConnectionDependantRoutes } from "./keymoor-v1/connection-dependants.ts";
import { addConnectionPlanRoutes } from "./keymoor-v1/connection-plans.ts";
import { addConnectionTypeRoutes } from "./keymoor-v1/connection-types.ts";
import { addConnectionViewRoutes } from "./keymoor-v1/connections.ts";
import { addIdentityPoolRoutes } from "./keymoor-v1/identity-pools.ts";
import { addMasterKeyRoutes } from "./keymoor-v1/master-key.ts";
import { addPeopleRoutes } from "./keymoor-v1/people.ts";
import { addRecentStatementRoutes } from "./keymoor-v1/recent-statements.ts";
import { addResetRoute } from "./keymoor-v1/reset.ts";
import { addSessionRoutes } from "./keymoor-v1/session.ts";
import { addUseTokenRoutes } from "./keymoor-v1/use-tokens.ts";
import { addWhoAmIRoute } from "./keymoor-v1/whoami.ts";
import { addMetricsRoute } from "./metrics.ts";
import { canonicalTarget, routedTarget } from "./request-target.ts";
import { limitBodyTime, type RequestTime, requestTime, serverTime } from "./request-time.ts";
import { addConnectionRoutes } from "./sql-v1/connections.ts";
import { addStatementResultRoutes } from "./sql-v1/statement-results.ts";
import { addStatementRoutes } from "./sql-v1/statements.ts";
import { refuseUnknownPaths } from "./unknown-paths.ts";
import { compileValidator } from "./validation.ts";

export interface ServerOptions {
  /** While it is closed, everything but the open paths waits, and /health says 503. */
  readonly gate: { readonly isOpen: boolean; wait(): Promise<void> };
  /** Addresses and CIDRs whose X-Forwarded-For counts. */
  readonly trustedProxies: readonly string[];
  readonly log: ServerLog;
  /** May read the metrics, besides those who hold the right. */
  readonly metricsToken?: Secret | undefined;
  /** Where the console was built to; without one, or when it is empty, a page says that there is none. */
  readonly consoleFolder?: string;
  readonly isStopping?: () => boolean;
  /** Only where tests are run against the server. */
  readonly reset?: Reset | undefined;
  readonly time?: RequestTime;
}

/** The part of pino that is used here. */
export interface ServerLog {
  isLevelEnabled(level: string): boolean;
  debug(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** The HTTP server with every route on it, not listening yet. */
export async function createServer(services: Services, options: ServerOptions): Promise<App> {
  const { log, gate, trustedProxies, time = requestTime } = options;
  const isStopping = options.isStopping ?? (() => false);
  const app: App = fastify({
    // A caller's own id is not trusted: it stands in audit events.
    genReqId: () => crypto.randomUUID(),
    rewriteUrl: (request) => routedTarget(request.url ?? "/"),
    trustProxy: trustedProxies.length === 0 ? false : [...trustedProxies],
    bodyLimit: largestBodyBytes,
    // Names have limits of their own, each with a sentence.
    routerOptions: { maxParamLength: 16_384 },
    ...serverTime(time),
    return503OnClosing: false,
    forceCloseConnections: "idle",
    frameworkErrors: (error, request, reply) => {
      // No hook has run, so nothing limits how long its body may take.
      answerError(log, error, request, reply.header("connection", "close"));
    },
    clientErrorHandler: (error, socket) => answerBrokenRequest(socket, error.code),
  });
  app.decorateRequest("admitted", undefined);
  app.setValidatorCompiler(compileValidator);
  // Compiled serializers were measured: half a microsecond saved on an object, for 30 ms and 8 MB at every start.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler((error, request, reply) => answerError(log, error, request, reply));
  app.addHook("onRoute", (route) => {
    route.attachValidation = true; // an operation asks for its input after it judged name and right
  });
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers({
      "x-request-id": request.id,
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    });
    done();
  });
  judgeFraming(app);
  limitBodyTime(app, time);
  app.addHook(
    "onRequest",
    createAdmission(services, isStopping, () => gate.wait()),
  );
  if (log.isLevelEnabled("debug")) logRequests(app, log);
  countRequests(app, services);
  takeJsonBodies(app);
  const consoleFiles = readConsoleFiles(options.consoleFolder);
  refuseUnknownPaths(app, (request, reply) => sendConsolePage(consoleFiles, request, reply));
  await describeRoutes(app, () => services.settings.publicUrl);
  app.server.on("connect", (_request: IncomingMessage, socket: Duplex) => answerRaw(socket, methodRefused()));

  addHealthRoute(app, () => gate.isOpen, isStopping);
  addMetricsRoute(app, services, options.metricsToken);
  addConnectionRoutes(app, services);
  addStatementRoutes(app, services);
  addStatementResultRoutes(app, services);
  addConnectionTypeRoutes(app);
  addConnectionViewRoutes(app, services);
  addConnectionDependantRoutes(app, services);
  addRecentStatementRoutes(app, services);
  addCheckRoutes(app);
  addConnectionCheckRoute(app);
  addConnectionPlanRoutes(app);
  addUseTokenRoutes(app, services);
  addWhoAmIRoute(app, services);
  addSessionRoutes(app, services);
  addV1SessionRoutes(app, services);
  addMeRoute(app, services);
  addV1PrincipalRoutes(app, services);
  addUsageRoute(app);
  addEnvironmentRoutes(app, services);
  addRegionRoute(app, services);
  addComputePoolRoutes(app, services);
  addIdentityPoolRoutes(app, services);
  addTokenExchangeRoute(app, services);
  addUserRoutes(app, services);
  addInvitationRoutes(app, services);
  addPeopleRoutes(app, services);
  addOrganizationRoutes(app, services);
  addServiceAccountRoutes(app, services);
  addApiKeyRoutes(app, services);
  addRoleBindingRoutes(app, services);
  addRoleCatalogueRoutes(app, services);
  addEndpointRoute(app, services);
  addEmptyListRoutes(app, services);
  addAuditEventRoutes(app, services);
  addMasterKeyRoutes(app, services);
  if (options.reset !== undefined) addResetRoute(app, services, options.reset);
  addCallRoutes(app);
  addDocumentRoutes(app);
  if (consoleFiles !== undefined) addConsoleRoutes(app, consoleFiles);
  await app.ready();
  return app;
}

function answerError(log: ServerLog, error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const rendered = renderError(error, request.id, request.routeOptions?.config?.oauthErrors);
  const route = request.routeOptions?.url;
  if (rendered.cause !== undefined) {
    const facts = { err: rendered.cause, requestId: request.id, method: request.method, route };
    // A service that fails is its own matter and may do so a thousand times a second.
    if (rendered.code === "internal_error" || rendered.code === "storage_full")
      log.error(facts, "request failed");
    else log.debug(facts, "request failed");
  }
  if (parseCallPath(canonicalTarget(request.originalUrl)) !== undefined)
    reply.header("keymoor-answer", "keymoor");
  void reply
    .code(rendered.status)
    .headers({ "x-request-id": request.id, ...rendered.headers, ...pageChallenge(rendered, request) })
    .serializer((body: string) => body)
    .send(rendered.body);
}

/**
 * To a script of a page (Fetch Metadata: `Sec-Fetch-Dest: empty`, which no script can set) a challenge by a scheme that no browser
 * knows: at `Basic` it would ask the person for a password in a window of its own, and the page would wait.
 */
function pageChallenge(
  { headers }: RenderedError,
  request: FastifyRequest,
): Readonly<Record<string, string>> {
  const challenge = headers["www-authenticate"];
  if (challenge === undefined || request.headers["sec-fetch-dest"] !== "empty") return {};
  return { "www-authenticate": challenge.replace(/^Basic /, "Session ") };
}

/** The route and not the path: what stands in a call's path and query belongs to the caller and the service. */
function logRequests(app: App, log: ServerLog): void {
  app.addHook("onResponse", (request, reply, done) => {
    const { method, id: requestId } = request;
    log.debug(
      {
        requestId,
        method,
        route: request.routeOptions.url,
        status: reply.raw.statusCode,
        durationMs: Math.round(reply.elapsedTime * 10) / 10,
      },
      "answered",
    );
    done();
  });
}

/** What Node's parser could not read, or what took too long to come. */
function answerBrokenRequest(socket: Socket, code: string | undefined): void {
  if (!socket.writable || code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  answerRaw(socket, new KeymoorError("invalid_request", sentenceFor(code)));
}

function sentenceFor(code: string | undefined): string {
  if (code === "HPE_HEADER_OVERFLOW") return "The headers of the request are too large.";
  if (code === "ERR_HTTP_REQUEST_TIMEOUT") return "The request took too long to come.";
  return "The request is not valid HTTP.";
}

/** An answer where Node has made no response object. */
function answerRaw(socket: Duplex, error: KeymoorError): void {
  const id = crypto.randomUUID();
  const { status, headers, body } = renderError(error, id);
  const lines = Object.entries({
    ...headers,
    "x-request-id": id,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => {}); // the other side may be gone
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${body}`);
}
