import { parametersOf } from "../../../connections/driver-url.ts";
import { CheckFailure } from "../check-failure.ts";
import type { Place } from "../place.ts";
import { type SrvResolver, srvRecords } from "../srv-lookup.ts";

export interface SrvSeed {
  readonly hosts: readonly Place[];
  /** Lower-case names; only those that a TXT record may set. */
  readonly options: ReadonlyMap<string, string>;
}

/**
 * The hosts behind a mongodb+srv name, and the options beside them:
 * https://github.com/mongodb/specifications/blob/master/source/initial-dns-seedlist-discovery/initial-dns-seedlist-discovery.md
 */
export async function srvSeed(
  resolver: SrvResolver,
  { name, service }: { readonly name: string; readonly service: string },
): Promise<SrvSeed> {
  const records = await srvRecords(resolver, `_${service}._tcp.${name}`);
  if (records.length === 0) throw new CheckFailure("unreachable", `Lookup failed: no SRV record of ${name}`);
  const hosts = records.map((record) => ({ host: withoutDot(record.name), port: record.port }));
  if (!hosts.every(({ host }) => isSameDomain(host, name))) {
    throw new CheckFailure("unreachable", `The SRV record names a host of another domain: ${name}`);
  }
  const texts = await resolver.resolveTxt(name).catch(() => []);
  if (texts.length > 1) throw badText(name);
  const options = parametersOf(texts[0]?.join("") ?? "");
  if ([...options.keys()].some((option) => !allowedOptions.includes(option))) throw badText(name);
  return { hosts, options };
}

const allowedOptions = ["authsource", "replicaset", "loadbalanced"];

/** Below the parent of the name; a name of one or two labels is its own parent. */
function isSameDomain(host: string, name: string): boolean {
  const labels = withoutDot(name).split(".");
  const parent = labels.length < 3 ? labels : labels.slice(1);
  return host.endsWith(`.${parent.join(".").toLowerCase()}`);
}

function withoutDot(name: string): string {
  return name.replace(/\.$/, "").toLowerCase();
}

function badText(name: string): CheckFailure {
  return new CheckFailure("unreachable", `The TXT record is none that drivers take: ${name}`);
}
