import type { FastifyRequest } from "fastify";
import type { Caller } from "../access/caller.ts";
import { connectionTypes } from "../connections/types/index.ts";
import { type ErrorCode, KeymoorError } from "../errors.ts";
import type { Act } from "../operations/act.ts";
import { authenticate, type Shown } from "../operations/authenticate.ts";
import { type Operation, type Permitted, permit } from "../operations/operation.ts";
import type { Origin, Services } from "../operations/services.ts";
import type { Target } from "../operations/target.ts";
import { isUseTokenText } from "../operations/use-token-text.ts";
import { sessionCookieOf } from "./session-cookie.ts";

/**
 * What a route asks of its caller: nothing, also before the server is ready (`open`); nothing, because it judges by itself what
 * it is sent (`anyone`); a right key; or the right to one operation.
 */
export type Access = "open" | "anyone" | "key" | Operation<never, unknown>;

declare module "fastify" {
  interface FastifyContextConfig {
    /** Absent means `key`: a route that forgets to say so is not open. */
    access?: Access;
    /** Lets a request in that shows something else than a key; it has no caller then. */
    admits?: (request: FastifyRequest) => boolean;
    /** Its errors have the fields of RFC 6749 5.2 besides. */
    oauthErrors?: boolean;
    /** The route is a call, where a use token may stand in the header of the type's own clients. */
    isCall?: boolean;
    /** What it does belongs to no environment, so that a Flink key has no right to it: for the OpenAPI document. */
    needsCloudKey?: boolean;
    /** It is about a session, of a client or of a browser, and takes nothing else: for the OpenAPI document. */
    needsSession?: "client" | "browser";
    /** Codes of its own that it may answer, for the OpenAPI document. */
    errors?: readonly ErrorCode[];
  }
  interface FastifyRequest {
    admitted: Admitted | undefined;
  }
}

/** Who sent a request, and the operation that was judged before anything of its body was read. */
interface Admitted {
  readonly caller: Caller;
  readonly operation: Operation<never, unknown> | undefined;
  readonly permitted: Permitted<never, unknown> | undefined;
}

/** Judges key, organization and environment, region and right, in this order (design 6), as Fastify's `onRequest`. */
export function createAdmission(
  services: Services,
  isStopping: () => boolean,
  whenOpen: () => Promise<void>,
) {
  return async (request: FastifyRequest): Promise<void> => {
    const { access = "key", admits, isCall = false } = request.routeOptions.config;
    if (access === "open" || request.is404) return;
    if (isStopping()) {
      throw new KeymoorError("stopping", "The server is stopping.", {
        hint: "Try again.",
        retryAfterSeconds: 1,
      });
    }
    await whenOpen();
    if (access === "anyone" || admits?.(request) === true) return;
    const origin = originOf(request);
    const caller = await authenticate(services, shownBy(services, request, access, isCall), origin);
    const operation = access === "key" ? undefined : access;
    const permitted = operation && (await permit(services, operation, caller, origin, targetOf(request)));
    request.admitted = { caller, operation, permitted };
  };
}

/** Runs the operation that the route was admitted for. `input` is judged inside, after the right. */
export function run<Input, Output>(
  request: FastifyRequest,
  operation: Operation<Input, Output>,
  input: (act: Act) => Input,
): Promise<Output> {
  return runNameFirst(request, operation, (act, judgeBody) => {
    judgeBody();
    return input(act);
  });
}

/** Like `run`, for operations that look the name up before they ask for what the body says. */
export function runNameFirst<Input, Output>(
  request: FastifyRequest,
  operation: Operation<Input, Output>,
  input: (act: Act, judgeBody: () => void) => Input,
): Promise<Output> {
  const { permitted } = admittedFor(request, operation);
  return permitted.run(() => {
    const error = request.validationError;
    if (error !== undefined && error.validationContext !== "body") throw error;
    return input(permitted.act, () => {
      if (error !== undefined) throw error;
    });
  });
}

/** For routes that are no operation: throws what is wrong with path, query or body. */
export function judgeRequest(request: FastifyRequest): void {
  if (request.validationError !== undefined) throw request.validationError;
}

export function callerOf(request: FastifyRequest): Caller {
  if (request.admitted === undefined) throw new Error("this route is open and has no caller");
  return request.admitted.caller;
}

export function actOf(request: FastifyRequest): Act {
  const act = request.admitted?.permitted?.act;
  if (act === undefined) throw new Error("this route has no operation");
  return act;
}

function admittedFor<Input, Output>(
  request: FastifyRequest,
  operation: Operation<Input, Output>,
): { readonly permitted: Permitted<Input, Output> } {
  const { admitted } = request;
  if (admitted?.operation !== operation || admitted.permitted === undefined) {
    throw new Error(`this route was not admitted for ${operation.name}`);
  }
  // It was made from this very operation, which the check above says and no type can.
  return { permitted: admitted.permitted as unknown as Permitted<Input, Output> };
}

export function originOf(request: FastifyRequest): Origin {
  // Node writes an IPv4 peer of a dual-stack socket as ::ffff:10.0.0.1.
  return { address: request.ip.replace(/^::ffff:(?=\d+\.)/i, ""), requestId: request.id };
}

function targetOf(request: FastifyRequest): Target {
  const path = request.params as { readonly organization_id?: string; readonly environment_id?: string };
  const region = request.headers["keymoor-region"];
  return {
    organizationId: path.organization_id,
    environmentId: path.environment_id,
    regionHeader: typeof region === "string" ? region : undefined,
    host: request.host,
    port: request.socket.localPort,
  };
}

function shownBy(services: Services, request: FastifyRequest, access: Access, isCall: boolean): Shown {
  const { authorization } = request.headers;
  const plane = typeof access === "object" ? "data" : "control";
  const pool = request.headers["confluent-identity-pool-id"];
  const identityPoolId = typeof pool === "string" ? pool : undefined;
  if (authorization !== undefined) return { authorization, identityPoolId, plane };
  const shown: Shown = { authorization, identityPoolId, plane, ...consoleOf(services, request, isCall) };
  if (!isCall) return shown;
  for (const header of clientKeyHeaders) {
    const value = request.headers[header];
    if (typeof value === "string" && isUseTokenText(value)) return { ...shown, clientKey: { header, value } };
  }
  return shown;
}

/** A console's cookie counts on a call only with its CSRF header, for every method (design 9). */
function consoleOf(
  { settings }: Services,
  { headers, method }: FastifyRequest,
  isCall: boolean,
): Pick<Shown, "console"> {
  const cookie = sessionCookieOf(settings.publicUrl, headers.cookie);
  if (cookie === undefined) return {};
  const csrf = headers["keymoor-csrf"];
  const needsCsrfToken = isCall || (method !== "GET" && method !== "HEAD");
  return { console: { cookie, csrfToken: typeof csrf === "string" ? csrf : undefined, needsCsrfToken } };
}

/** Headers in which the clients of some type send their key, so that an unmodified client can send a use token. */
const clientKeyHeaders: readonly string[] = [
  ...new Set(
    connectionTypes.flatMap(({ clientKeyHeader }) =>
      clientKeyHeader === undefined ? [] : [clientKeyHeader.toLowerCase()],
    ),
  ),
];
