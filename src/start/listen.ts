import {
  createServer as createHttpServer,
  type ServerOptions as HttpServerOptions,
  type RequestListener,
  type Server,
} from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { Server as TlsServer } from "node:tls";
import { KeymoorError } from "../errors.ts";
import { type PemPair, tlsOptions } from "./server-certificate.ts";

export interface Listener {
  readonly host: string;
  readonly port: number;
}

/** What to change when an address cannot be listened to. */
export interface ListenSetting {
  readonly host: string;
  readonly port: string;
}

/** The part of a Fastify instance that answers, whichever socket a request came through. */
export interface Routes {
  readonly routing: RequestListener;
  /** Has the limits, and the answers to what Node could not read, that every listener shall have. It never listens itself. */
  readonly server: Server;
}

/** Listens for the routes, with TLS if there is a certificate. What it meets is one sentence. */
export async function listen(
  { routing, server: model }: Routes,
  { host, port }: Listener,
  certificate: PemPair | undefined,
  setting: ListenSetting = { host: "KEYMOOR_HOST", port: "KEYMOOR_PORT" },
): Promise<Server> {
  const { requestTimeout, headersTimeout } = model;
  // Node looks for what has taken too long every 30 seconds, however short the limit.
  const time = {
    requestTimeout,
    headersTimeout,
    connectionsCheckingInterval: Math.min(headersTimeout, 30_000),
  };
  const server =
    certificate === undefined ? createHttpServer(time, routing) : createTlsServer(certificate, time, routing);
  for (const event of ["clientError", "connect"]) {
    for (const listener of model.listeners(event))
      server.on(event, listener as (...facts: unknown[]) => void);
  }
  server.keepAliveTimeout = model.keepAliveTimeout;
  server.timeout = model.timeout;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) => reject(refusalOf(cause, { host, port }, setting)));
    server.listen(port, host, resolve);
  });
  return server;
}

const idleCheckMs = 50;

/** Takes no more connections; resolves when the last one has ended. */
export async function closeListener(server: Server): Promise<void> {
  // Node closes the connections that are idle at this moment; one whose answer is under way becomes idle later.
  const closeIdle = setInterval(() => server.closeIdleConnections(), idleCheckMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearInterval(closeIdle);
}

/** Connections that are made from now on get the new certificate; open ones keep what they have. */
export function renewCertificate(servers: readonly Server[], certificate: PemPair): void {
  for (const server of servers) {
    if (server instanceof TlsServer) server.setSecureContext(tlsOptions(certificate));
  }
}

/** Addresses and ports that servers really listen on: with port 0 only the system knows. */
export function listenersOf(servers: readonly Server[]): readonly Listener[] {
  return servers.flatMap((server) => {
    const address = server.address();
    return address === null || typeof address === "string"
      ? []
      : [{ host: address.address, port: address.port }];
  });
}

/** `host:port` of a region; an IPv6 host may stand in brackets. */
export function parseListener(text: string): Listener {
  const colon = text.lastIndexOf(":");
  return { host: text.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(text.slice(colon + 1)) };
}

/** Origin under which a listener is reached from this machine. */
export function originOf(scheme: "http" | "https", { host, port }: Listener): string {
  const reachable = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  return new URL(`${scheme}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`).origin;
}

function createTlsServer(certificate: PemPair, time: HttpServerOptions, routing: RequestListener): Server {
  // An https server is an http server in all that is used here; Node's types do not say so.
  return createHttpsServer({ ...time, ...tlsOptions(certificate) }, routing) as unknown as Server;
}

function refusalOf(cause: Error, { host, port }: Listener, setting: ListenSetting): Error {
  const code = "code" in cause ? cause.code : undefined;
  switch (code) {
    case "EADDRINUSE":
      return refusal(
        `Port ${port} on ${host} is in use by another program.`,
        `Stop it, or set ${setting.port} to another port.`,
        cause,
      );
    case "EACCES":
      return refusal(
        `This user may not listen on port ${port}.`,
        `Set ${setting.port} to one above 1023.`,
        cause,
      );
    case "EADDRNOTAVAIL":
      return refusal(
        `The address ${host} is not one of this machine.`,
        `Set ${setting.host} to one that is.`,
        cause,
      );
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return refusal(`The host name ${host} is not known.`, `Set ${setting.host} to an address.`, cause);
    default:
      return cause;
  }
}

function refusal(message: string, hint: string, cause: Error): KeymoorError {
  return new KeymoorError("cannot_start", message, { hint, cause });
}
