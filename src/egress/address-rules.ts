import ipaddr from "ipaddr.js";

export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** `never`: whatever is allowed. `private` and `special`: only if allowed; a developer's machine allows `private`. */
export interface AddressRule {
  readonly verdict: "open" | "private" | "special" | "never";
  /** Completes "it is ...". */
  readonly what: string;
}

/**
 * What an address is good for. An IPv4 address inside an IPv6 one is judged as itself where the network would send the
 * packet to it (mapped, NAT64), and is looked at for `never` where a tunnel might (6to4, Teredo).
 */
export function addressRule(address: Address): AddressRule {
  if (metadata.has(address.toNormalizedString())) return never("a metadata address");
  if (address.kind() === "ipv4") return rules[address.range()] ?? special("a reserved address");

  const inner = embeddedIPv4(address);
  if (inner === undefined) return rules[address.range()] ?? special("a reserved address");
  const rule = addressRule(inner.address);
  if (rule.verdict === "never" || inner.routed) {
    return { verdict: rule.verdict, what: `${rule.what} (${inner.address}) inside an IPv6 one` };
  }
  return special("an address of an IPv6 transition mechanism");
}

/** The address a text means, an IPv4-mapped one as IPv4; undefined for what is no address. */
export function parseAddress(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.process(text) : undefined;
}

const open: AddressRule = { verdict: "open", what: "a public address" };
const never = (what: string): AddressRule => ({ verdict: "never", what });
const special = (what: string): AddressRule => ({ verdict: "special", what });
const restricted = (what: string): AddressRule => ({ verdict: "private", what });

/** By the names that ipaddr.js gives the ranges of the IANA special-purpose registries; what is absent is `special`. */
const rules: Readonly<Record<string, AddressRule>> = {
  unicast: open,
  unspecified: never("an unspecified address"),
  broadcast: never("the broadcast address"),
  multicast: never("a multicast address"),
  linkLocal: never("a link-local address"),
  loopback: restricted("a loopback address"),
  private: restricted("a private address"),
  uniqueLocal: restricted("a private address (unique local)"),
  deprecatedSiteLocal: restricted("a private address (site local)"),
  carrierGradeNat: restricted("a private address (shared address space)"),
};

/**
 * Where clouds hand credentials to whoever asks from inside, in ipaddr.js's normalized spelling. 169.254.0.0/16 is
 * never allowed as a whole; these lie outside it.
 */
const metadata: ReadonlySet<string> = new Set([
  "169.254.169.254", // AWS, Google, Azure and most others
  "fd00:ec2:0:0:0:0:0:254", // AWS over IPv6
  "fd00:ec2:0:0:0:0:0:23", // AWS EKS Pod Identity over IPv6
  "fd20:ce:0:0:0:0:0:254", // Google over IPv6
  "100.100.100.200", // Alibaba
  "192.0.0.192", // Oracle
  "168.63.129.16", // Azure's host agent
]);

/**
 * The IPv4 address that an IPv6 one stands for; a mapped one has been taken for IPv4 already (parseAddress). `routed` when
 * the network turns the packet into one to that address, as NAT64 does (RFC 6052).
 */
export function embeddedIPv4(address: Address): { address: ipaddr.IPv4; routed: boolean } | undefined {
  if (address.kind() === "ipv4") return undefined;
  const [a, b, c, d, e, f, g, h] = (address as ipaddr.IPv6).parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (a === 0x64 && b === 0xff9b) return { address: ipv4(g, h), routed: (c | d | e | f) === 0 };
  if (a === 0x2002) return { address: ipv4(b, c), routed: false }; // 6to4, RFC 3056
  if (a === 0x2001 && b === 0) return { address: ipv4(g ^ 0xffff, h ^ 0xffff), routed: false }; // Teredo, RFC 4380
  // IPv4-translated (RFC 2765) and the deprecated IPv4-compatible addresses (RFC 4291 2.5.5.1); `::` and `::1` are neither.
  if ((a | b | c | d) !== 0) return undefined;
  if ((e === 0xffff && f === 0) || ((e | f) === 0 && (g !== 0 || h > 1)))
    return { address: ipv4(g, h), routed: false };
  return undefined;
}

function ipv4(high: number, low: number): ipaddr.IPv4 {
  return new ipaddr.IPv4([high >> 8, high & 0xff, low >> 8, low & 0xff]);
}
