import type { ConnectionType } from "../../connections/define.ts";
import { parseJdbcUrl } from "../../connections/jdbc-url.ts";
import type { Place } from "./place.ts";

/** Where an endpoint leads on the network. */
export interface EndpointLead {
  /** In the endpoint's order; one that answers is enough. */
  readonly places: readonly Place[];
  /** TLS begins with the first byte. */
  readonly tls: boolean;
  /** A DNS record that names the places in the place of these, if there is one. */
  readonly srv: string | undefined;
}

/** Undefined for an endpoint whose scheme this type does not know, or that names no host and port. */
export function endpointLead(type: ConnectionType, endpoint: string): EndpointLead | undefined {
  if (/^https?:/i.test(endpoint)) return webLead(endpoint);
  const jdbc = parseJdbcUrl(endpoint);
  if (jdbc.status === "unusable") return undefined;
  if (jdbc.status === "parsed") return { places: jdbc.hosts, tls: jdbc.startsWithTls, srv: undefined };
  const lower = endpoint.toLowerCase();
  const scheme = Object.entries(type.endpoint.leads).find(([prefix]) => lower.startsWith(prefix))?.[1];
  const places: Place[] = [];
  let namesPort = false;
  for (const part of authorityOf(endpoint).split(",")) {
    const [, bracketed, plain, digits] = hostAndPort.exec(part) ?? [];
    const host = bracketed ?? plain;
    const port = digits === undefined ? scheme?.port : Number(digits);
    if (host === undefined || port === undefined || port < 1 || port > 65_535) return undefined;
    namesPort ||= digits !== undefined;
    places.push({ host, port });
  }
  const [first, ...others] = places;
  const srv = scheme?.srv === undefined || namesPort || others.length > 0 ? undefined : scheme.srv;
  return {
    places,
    tls: scheme?.tls === true,
    srv: srv === undefined ? undefined : `${srv}.${first?.host}`,
  };
}

function webLead(endpoint: string): EndpointLead | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const { protocol, hostname, port } = new URL(endpoint);
  const tls = protocol === "https:";
  const place = { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port || (tls ? 443 : 80)) };
  return { places: [place], tls, srv: undefined };
}

function authorityOf(endpoint: string): string {
  return /\/\/([^/;?\\]*)/.exec(endpoint)?.[1] ?? "";
}

const hostAndPort = /^(?:\[([0-9a-f:.]+)\]|([^:[\]@\s]+))(?::(\d{1,5}))?$/i;
