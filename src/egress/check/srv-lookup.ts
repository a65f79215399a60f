import { Resolver } from "node:dns/promises";
import type { Probes } from "./probe.ts";
import type { Found } from "./timed-steps.ts";

/** The two questions to DNS, as `dns.promises` has them. */
export interface SrvResolver {
  resolveSrv(name: string): Promise<readonly SrvRecord[]>;
  resolveTxt(name: string): Promise<readonly (readonly string[])[]>;
  cancel(): void;
}

interface SrvRecord {
  readonly name: string;
  readonly port: number;
  readonly priority: number;
}

export function systemResolver(): SrvResolver {
  return new Resolver({ timeout: 2000, tries: 2 });
}

/** Asks DNS for the hosts behind a name, as a look-up of its own. The questions are ended with it. */
export async function srvLookup<T>(
  probes: Probes,
  name: string,
  openResolver: () => SrvResolver,
  ask: (resolver: SrvResolver) => Promise<Found<T>>,
): Promise<T> {
  return await probes.step("lookup", `Lookup took too long: ${name}`, async (ended) => {
    const resolver = openResolver();
    ended.addEventListener("abort", () => resolver.cancel(), { once: true });
    return await ask(resolver);
  });
}

/** None is no failure: what it means is for the caller to say. */
export async function srvRecords(resolver: SrvResolver, name: string): Promise<readonly SrvRecord[]> {
  return await resolver.resolveSrv(name).catch(() => []);
}

/** `1 host in the SRV record`. */
export function srvText(count: number): string {
  return `${count} ${count === 1 ? "host" : "hosts"} in the SRV record`;
}
