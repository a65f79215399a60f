import { lookup as systemLookup } from "node:dns/promises";
import { networkInterfaces } from "node:os";
import ipaddr from "ipaddr.js";
import { KeymoorError } from "../errors.ts";
import { type Address, addressRule, embeddedIPv4, parseAddress } from "./address-rules.ts";

export interface Listener {
  readonly host: string;
  readonly port: number;
}

export interface ResolvedAddress {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a host name, as `dns.lookup` gives them with `all`. */
export type Lookup = (hostname: string) => Promise<readonly ResolvedAddress[]>;

export interface AddressPolicyOptions {
  /** CIDRs, addresses and host names of KEYMOOR_EGRESS_ALLOW. */
  readonly allow: readonly string[];
  /** A developer's machine: loopback and private addresses pass. */
  readonly allowPrivate: boolean;
  /** Where Keymoor itself listens at the moment. */
  readonly own: () => readonly Listener[];
  readonly lookup?: Lookup;
}

/** Says where calls, token requests and verification may go. */
export interface AddressPolicy {
  /**
   * The addresses of a host (a name, or an address as `URL.hostname` spells it, without brackets), each one judged.
   * Only these may be dialled. Throws address_forbidden if one of them is; a failed look-up is thrown as it is.
   */
  resolve(host: string, port: number): Promise<readonly ResolvedAddress[]>;
  /** Judges a host that is an address; undefined when it is a name, which has to be resolved. */
  judgeLiteral(host: string, port: number): ResolvedAddress | undefined;
  /** One sentence for the start message. */
  describe(): string;
}

/** Design 9, "Where it may go". */
export function createAddressPolicy(options: AddressPolicyOptions): AddressPolicy {
  const { ranges, names } = parseAllow(options.allow);
  const lookup = options.lookup ?? ((hostname) => systemLookup(hostname, { all: true }));

  function judge(text: string, host: string, port: number): ResolvedAddress {
    const address = parseAddress(text);
    if (address === undefined) throw neverAllowed(host, text, "not an IP address");
    if (isOwn(address, port, options.own())) throw neverAllowed(host, text, "where Keymoor itself listens");
    const { verdict, what } = addressRule(address);
    if (verdict === "never") throw neverAllowed(host, text, what);
    const passes =
      verdict === "open" ||
      (verdict === "private" && options.allowPrivate) ||
      names.has(withoutDot(host)) ||
      ranges.some((range) => contains(range, address));
    if (!passes) throw notAllowed(host, text, address, what);
    return { address: text, family: address.kind() === "ipv4" && !text.includes(":") ? 4 : 6 };
  }

  return {
    judgeLiteral: (host, port) => (parseAddress(host) === undefined ? undefined : judge(host, host, port)),

    async resolve(host, port) {
      if (parseAddress(host) !== undefined) return [judge(host, host, port)];
      const addresses = await lookup(host);
      // A name with one bad address is refused whole: a mixture of public and private ones is what DNS rebinding looks like.
      return addresses.map(({ address }) => judge(address, host, port));
    },

    describe() {
      const more = [
        ...(options.allowPrivate ? ["loopback and private ones (a developer's machine)"] : []),
        ...(options.allow.length > 0 ? [`KEYMOOR_EGRESS_ALLOW: ${options.allow.join(", ")}`] : []),
      ];
      if (more.length === 0) return "Calls go to public addresses only; KEYMOOR_EGRESS_ALLOW can add others.";
      return `Calls go to public addresses and ${more.join(", and ")}.`;
    },
  };
}

type Range = readonly [Address, number];

function parseAllow(allow: readonly string[]): { ranges: readonly Range[]; names: ReadonlySet<string> } {
  const ranges: Range[] = [];
  const names = new Set<string>();
  for (const entry of allow) {
    const address = parseAddress(entry);
    if (address !== undefined) ranges.push([address, address.kind() === "ipv4" ? 32 : 128]);
    else if (ipaddr.isValidCIDR(entry)) ranges.push(ipaddr.parseCIDR(entry));
    else if (hostName.test(entry) && !/^[\d.]*$/.test(entry)) names.add(withoutDot(entry));
    else {
      throw new KeymoorError(
        "cannot_start",
        `KEYMOOR_EGRESS_ALLOW: "${entry}" is no CIDR, address or host name.`,
        {
          hint: "Write entries such as 10.0.0.0/8, fd12:3456::/32 or db.internal.",
        },
      );
    }
  }
  return { ranges, names };
}

const hostName = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*\.?$/i;

function withoutDot(host: string): string {
  return (host.endsWith(".") ? host.slice(0, -1) : host).toLowerCase();
}

function contains([network, bits]: Range, address: Address): boolean {
  return network.kind() === address.kind() && address.match(network, bits);
}

/**
 * Calls to ourselves could pass themselves on for ever, and would speak to the API as a machine-local caller. A gateway or
 * tunnel may bring them back to the IPv4 address inside an IPv6 one.
 */
function isOwn(address: Address, port: number, own: readonly Listener[]): boolean {
  const inner = embeddedIPv4(address)?.address;
  if (inner !== undefined && isOwn(inner, port, own)) return true;
  return own.some((listener) => {
    if (listener.port !== port) return false;
    const listening = parseAddress(listener.host);
    if (listening === undefined || listening.range() === "unspecified") return isOfThisMachine(address);
    return listening.toNormalizedString() === address.toNormalizedString();
  });
}

function isOfThisMachine(address: Address): boolean {
  if (address.range() === "loopback" || address.range() === "unspecified") return true;
  const text = address.toNormalizedString();
  return Object.values(networkInterfaces()).some((addresses) =>
    addresses?.some((mine) => parseAddress(mine.address)?.toNormalizedString() === text),
  );
}

function neverAllowed(host: string, address: string, what: string): KeymoorError {
  return new KeymoorError(
    "address_forbidden",
    `${sentenceStart(host, address)} never allowed: it is ${what}.`,
    {
      hint: "This rule is fixed: KEYMOOR_EGRESS_ALLOW does not lift it.",
    },
  );
}

function notAllowed(host: string, address: string, parsed: Address, what: string): KeymoorError {
  const cidr = `${parsed.toString()}/${parsed.kind() === "ipv4" ? 32 : 128}`;
  return new KeymoorError(
    "address_forbidden",
    `${sentenceStart(host, address)} not allowed: it is ${what}.`,
    {
      hint: `Whoever runs Keymoor can add ${host === address ? cidr : `${cidr} or ${host}`} to KEYMOOR_EGRESS_ALLOW.`,
    },
  );
}

function sentenceStart(host: string, address: string): string {
  return host === address ? `Calls to ${address} are` : `Calls to ${host}, which leads to ${address}, are`;
}
