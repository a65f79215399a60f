import { createServer as createHttpServer, type RequestListener, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { KeymoorError } from "../errors.ts";

export interface Listener {
  readonly host: string;
  readonly port: number;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** A server for one more address, with the same routes as the main one. */
export async function listenToo(
  routes: RequestListener,
  at: Listener,
  certificate: Certificate | undefined,
): Promise<Server> {
  const server =
    certificate === undefined ? createHttpServer(routes) : createHttpsServer({ ...certificate }, routes);
  await listening(at, async () => {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(at.port, at.host, resolve);
    });
  });
  return server;
}

/** Runs `listen` and puts what it may meet into one sentence. */
export async function listening({ host, port }: Listener, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (cause) {
    const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
    const refusal = refusals.find((known) => known.code === code);
    if (refusal === undefined) throw cause;
    const message = refusal.sentence.replace("PORT", String(port)).replace("HOST", host);
    throw new KeymoorError("cannot_start", message, { hint: refusal.hint, cause });
  }
}

const refusals = [
  {
    code: "EADDRINUSE",
    sentence: "Port PORT on HOST is in use by another program.",
    hint: "Stop that program, or set KEYMOOR_PORT to another port.",
  },
  {
    code: "EACCES",
    sentence: "This user may not listen on port PORT.",
    hint: "Set KEYMOOR_PORT to a port above 1023.",
  },
  {
    code: "EADDRNOTAVAIL",
    sentence: "The address HOST does not belong to this machine.",
    hint: "Set KEYMOOR_HOST to one that does.",
  },
  {
    code: "ENOTFOUND",
    sentence: "The host name HOST is not known.",
    hint: "Set KEYMOOR_HOST to an address.",
  },
];

/** Ports and addresses that a server really listens on; with port 0 only the system knows. */
export function listenersOf(
  servers: readonly { address(): AddressInfo | string | null }[],
): readonly Listener[] {
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

export async function closeListener(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Origin under which a listening server is reached from this machine. */
export function originOf(scheme: "http" | "https", host: string, server: Server | undefined): string {
  const [listener] = listenersOf(server === undefined ? [] : [server]);
  const reachable = host === "0.0.0.0" || host === "::" ? "localhost" : host;
  const port = listener?.port ?? 0;
  return new URL(`${scheme}://${reachable.includes(":") ? `[${reachable}]` : reachable}:${port}`).origin;
}
