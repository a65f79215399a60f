import { BlockList, isIPv4, isIPv6 } from "node:net";
import type { Config } from "./settings.ts";

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

export function isLoopbackHost(host: string): boolean {
  if (isIPv4(host)) return loopback.check(host, "ipv4");
  if (isIPv6(host)) return loopback.check(host, "ipv6");
  return host.toLowerCase() === "localhost";
}

/**
 * A developer's machine: nobody else can reach the server, so private and loopback addresses are as open to those who use it
 * as they are without it (design 9). Anything that says a proxy hands requests on ends that.
 */
export function isDevelopersMachine(config: Config): boolean {
  const publicHost = config.publicUrl === undefined ? undefined : new URL(config.publicUrl).hostname;
  return (
    isLoopbackHost(config.host) &&
    (publicHost === undefined || isLoopbackHost(publicHost.replace(/^\[|\]$/g, ""))) &&
    config.trustedProxies.length === 0 &&
    config.tls === undefined
  );
}
