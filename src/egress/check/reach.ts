import { Resolver } from "node:dns/promises";
import type { ConnectionType } from "../../connections/define.ts";
import { CheckFailure } from "./check-failure.ts";
import { type EndpointLead, endpointLead } from "./endpoint-lead.ts";
import { tryHosts } from "./logins/try-hosts.ts";
import type { Place } from "./place.ts";
import type { Probes } from "./probe.ts";

/** A DNS SRV record, as `dns.promises` gives it. */
export type ResolveSrv = (
  name: string,
) => Promise<readonly { readonly name: string; readonly port: number; readonly priority: number }[]>;

/** Look-up, TCP and, where the endpoint has it from the first byte, TLS. Of several hosts one is enough. */
export async function reach(
  probes: Probes,
  type: ConnectionType,
  endpoint: string,
  resolveSrv: ResolveSrv = systemSrv,
): Promise<void> {
  const lead = endpointLead(type, endpoint);
  if (lead === undefined) {
    throw new CheckFailure(
      "cannot_tell",
      "Not tried: the endpoint names no host and port that Keymoor can read",
    );
  }
  await tryHosts(probes, await placesOf(lead, resolveSrv), async (place, addresses) => {
    const socket = await probes.connect(place, addresses);
    const last = lead.tls ? await probes.tls(place, socket) : socket;
    last.destroy(); // a request goes over connections of the dialler
  });
}

async function placesOf({ places, srv }: EndpointLead, resolveSrv: ResolveSrv): Promise<readonly Place[]> {
  if (srv === undefined) return places;
  const records = await resolveSrv(srv).catch(() => []);
  if (records.length === 0) return places;
  const byPriority = [...records].sort((a, b) => a.priority - b.priority);
  return byPriority.map(({ name, port }) => ({ host: name.replace(/\.$/, ""), port }));
}

const systemSrv: ResolveSrv = (name) => new Resolver({ timeout: 2000, tries: 1 }).resolveSrv(name);
