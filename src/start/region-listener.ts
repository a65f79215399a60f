import type { Server } from "node:http";
import { judgeListenHost } from "../config/judge-config.ts";
import type { Config } from "../config/settings.ts";
import { regionKey } from "../operations/seed-plan.ts";
import type { RegionRecord } from "../storage/records.ts";
import { type Listener, listen, listenersOf, originOf, parseListener, type Routes } from "./listen.ts";
import type { PemPair } from "./server-certificate.ts";

/** A listener that only one region has. */
export interface RegionListener {
  readonly server: Server;
  readonly port: number;
  /** Undefined where a proxy stands in front: only who set it up knows by which name it is reached. */
  readonly origin: string | undefined;
}

/** Listens for a region, if it has a listener of its own. */
export async function listenForRegion(
  routes: Routes,
  config: Config,
  certificate: PemPair | undefined,
  region: RegionRecord,
): Promise<RegionListener | undefined> {
  if (region.listen === null) return undefined;
  const wanted = parseListener(region.listen);
  const setting = `"listen" of region ${regionKey(region)} in the seed file`;
  // Judged when it was stored, but the certificate may have gone since.
  judgeListenHost(config, wanted.host, setting);
  const server = await listen(routes, wanted, certificate, { host: setting, port: setting });
  const [bound] = listenersOf([server]);
  const listener = { host: wanted.host, port: bound?.port ?? wanted.port };
  const scheme = certificate === undefined ? "http" : "https";
  return { server, port: listener.port, origin: listenerOrigin(config, scheme, listener) };
}

/**
 * Where clients reach a region's listener when its seed names no `endpoint`: at its own port, under the public name of the
 * server where it listens as the server does, or everywhere.
 */
export function listenerOrigin(
  config: Pick<Config, "host" | "publicUrl" | "tls" | "trustedProxies">,
  scheme: "http" | "https",
  { host, port }: Listener,
): string | undefined {
  if (config.tls === "terminated" || config.trustedProxies.length > 0) return undefined;
  if (config.publicUrl === undefined) return originOf(scheme, { host, port });
  const { protocol, hostname } = new URL(config.publicUrl);
  if (protocol !== `${scheme}:`) return undefined;
  const hasPublicName = host === config.host || host === "0.0.0.0" || host === "::";
  return originOf(scheme, { host: hasPublicName ? hostname.replace(/^\[|\]$/g, "") : host, port });
}
