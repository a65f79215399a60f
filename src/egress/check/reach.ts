import type { ConnectionType } from "../../connections/define.ts";
import { CheckFailure } from "./check-failure.ts";
import { type EndpointLead, endpointLead } from "./endpoint-lead.ts";
import type { Place } from "./place.ts";
import type { Probes } from "./probe.ts";
import { type SrvResolver, srvLookup, srvRecords, srvText, systemResolver } from "./srv-lookup.ts";
import { tryHosts } from "./try-hosts.ts";

/** Look-up, TCP and, where the endpoint has it from the first byte, TLS. Of several hosts one is enough. */
export async function reach(
  probes: Probes,
  type: ConnectionType,
  endpoint: string,
  openResolver: () => SrvResolver = systemResolver,
): Promise<void> {
  const lead = endpointLead(type, endpoint);
  if (lead === undefined) {
    throw new CheckFailure(
      "cannot_tell",
      "Not tried: the endpoint names no host and port that Keymoor can read",
    );
  }
  await tryHosts(probes, await placesOf(probes, lead, openResolver), async (place, addresses) => {
    const socket = await probes.connect(place, addresses);
    const last = lead.tls ? await probes.tls(place, socket) : socket;
    last.destroy(); // a request goes over connections of the dialler
  });
}

async function placesOf(
  probes: Probes,
  { places, srv }: EndpointLead,
  openResolver: () => SrvResolver,
): Promise<readonly Place[]> {
  if (srv === undefined) return places;
  return await srvLookup(probes, srv, openResolver, async (resolver) => {
    const records = await srvRecords(resolver, srv);
    if (records.length === 0) return { detail: "No SRV record; the name is that of a host", value: places };
    const byPriority = [...records].sort((a, b) => a.priority - b.priority);
    const named = byPriority.map(({ name, port }) => ({ host: name.replace(/\.$/, ""), port }));
    return { detail: srvText(named.length), value: named };
  });
}
