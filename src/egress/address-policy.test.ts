import { describe, expect, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { type AddressPolicyOptions, createAddressPolicy, type Lookup } from "./address-policy.ts";

function policy(options: Partial<AddressPolicyOptions> = {}) {
  return createAddressPolicy({ allow: [], allowPrivate: false, own: () => [], ...options });
}

/** A look-up that knows one answer. */
const leadsTo =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

async function refusal(promise: Promise<unknown>): Promise<KeymoorError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof KeymoorError)) throw new Error("was not refused");
  expect(error.code).toBe("address_forbidden");
  return error;
}

/** The host as undici hands it to the connector: what the URL parser made of it, without brackets. */
function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, "");
}

describe("public addresses", () => {
  test.each(["93.184.216.34", "8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8"])(
    "%s may be called",
    async (host) => {
      await expect(policy().resolve(host, 443)).resolves.toHaveLength(1);
    },
  );

  test("a name is resolved once and its checked addresses are the ones that come back", async () => {
    let lookups = 0;
    const lookup: Lookup = async () => {
      lookups += 1;
      return [{ address: "93.184.216.34", family: 4 }];
    };
    await expect(policy({ lookup }).resolve("example.com", 443)).resolves.toEqual([
      { address: "93.184.216.34", family: 4 },
    ]);
    expect(lookups).toBe(1);
  });
});

describe("addresses that are never called", () => {
  const everything = { allow: ["0.0.0.0/0", "::/0"], allowPrivate: true };

  test.each([
    ["169.254.169.254", "metadata"],
    ["::ffff:169.254.169.254", "metadata"],
    ["fd00:ec2::254", "metadata"],
    ["fd00:0ec2:0:0:0:0:0:0254", "metadata"],
    ["64:ff9b::169.254.169.254", "metadata"],
    ["64:ff9b:1::a9fe:a9fe", "metadata"],
    ["2002:a9fe:a9fe::1", "metadata"],
    ["2001:0:1:2:3:4:5601:5601", "metadata"],
    ["::169.254.169.254", "metadata"],
    ["100.100.100.200", "metadata"],
    ["168.63.129.16", "metadata"],
    ["169.254.1.2", "link-local"],
    ["fe80::1", "link-local"],
    ["fe80::1%eth0", "link-local"],
    ["0.0.0.0", "unspecified"],
    ["0.1.2.3", "unspecified"],
    ["::", "unspecified"],
    ["224.0.0.1", "multicast"],
    ["ff02::1", "multicast"],
    ["255.255.255.255", "broadcast"],
  ])("%s is refused as %s, whatever is allowed", async (host, what) => {
    const error = await refusal(policy(everything).resolve(host, 80));
    expect(error.message).toContain(host);
    expect(error.message).toContain(what);
    expect(error.sentence).toContain("KEYMOOR_EGRESS_ALLOW");
  });

  test("a host name on the list does not open them either", async () => {
    const lookup = leadsTo("169.254.169.254");
    const error = await refusal(
      policy({ allow: ["metadata.internal"], lookup }).resolve("metadata.internal", 80),
    );
    expect(error.message).toBe(
      "Calls to metadata.internal, which leads to 169.254.169.254, are never allowed: it is a metadata address.",
    );
  });

  test("Keymoor's own listeners are among them, by whatever name of this machine", async () => {
    const own = policy({ ...everything, own: () => [{ host: "127.0.0.1", port: 8090 }] });
    await refusal(own.resolve("127.0.0.1", 8090));
    await refusal(own.resolve("::ffff:127.0.0.1", 8090));
    await expect(own.resolve("127.0.0.1", 8091)).resolves.toHaveLength(1);

    const wildcard = policy({
      ...everything,
      own: () => [{ host: "0.0.0.0", port: 8090 }],
      lookup: leadsTo("::1"),
    });
    await refusal(wildcard.resolve("127.0.0.2", 8090));
    const error = await refusal(wildcard.resolve("localhost", 8090));
    expect(error.message).toContain("where Keymoor itself listens");
    await expect(wildcard.resolve("10.255.1.2", 8090)).resolves.toHaveLength(1);
  });
});

describe("Keymoor's own listeners inside an IPv6 address", () => {
  const forms = [
    "::ffff:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::1",
    "2001:0:1:2:3:4:80ff:fffe",
    "::127.0.0.1",
    "::ffff:0:127.0.0.1",
  ];

  test.each(forms)("%s is refused as one, whatever is allowed", async (host) => {
    for (const listener of ["127.0.0.1", "0.0.0.0", "::", "localhost"]) {
      const own = () => [{ host: listener, port: 8090 }];
      const open = policy({ allow: ["0.0.0.0/0", "::/0"], allowPrivate: true, own, lookup: leadsTo(host) });
      for (const called of [host, "gateway.example"]) {
        expect((await refusal(open.resolve(called, 8090))).message).toContain("where Keymoor itself listens");
      }
      await expect(open.resolve(host, 8091)).resolves.toHaveLength(1);
    }
  });
});

describe("loopback and private addresses", () => {
  test.each([
    ["http://127.0.0.1", "loopback"],
    ["http://127.1", "loopback"],
    ["http://2130706433", "loopback"],
    ["http://0x7f.0.0.1", "loopback"],
    ["http://0177.0.0.1", "loopback"],
    ["http://127.0.0.1.", "loopback"],
    ["http://%31%32%37.0.0.1", "loopback"],
    ["http://[::1]", "loopback"],
    ["http://[::ffff:127.0.0.1]", "loopback"],
    ["http://[::ffff:7f00:1]", "loopback"],
    ["http://[64:ff9b::7f00:1]", "loopback"],
    ["http://10.1.2.3", "private"],
    ["http://172.16.0.1", "private"],
    ["http://192.168.1.1", "private"],
    ["http://100.64.0.1", "shared address space"],
    ["http://[fd12:3456::1]", "unique local"],
    ["http://[fec0::1]", "site local"],
    ["http://[2002:0a00:0001::1]", "transition mechanism"],
    ["http://[2001:0:1:2:3:4:f5ff:fffe]", "transition mechanism"],
    ["http://[::127.0.0.1]", "transition mechanism"],
    ["http://198.18.0.1", "reserved"],
    ["http://240.0.0.1", "reserved"],
    ["http://192.0.2.1", "reserved"],
    ["http://[2001:db8::1]", "reserved"],
  ])("%s is refused as %s", async (url, what) => {
    const error = await refusal(policy().resolve(hostOf(url), 80));
    expect(error.message).toContain(what);
    expect(error.details.hint).toContain("KEYMOOR_EGRESS_ALLOW");
  });

  test("the refusal names address, rule and the entry that would allow it", async () => {
    const literal = await refusal(policy().resolve("10.1.2.3", 80));
    expect(literal.sentence).toBe(
      "Calls to 10.1.2.3 are not allowed: it is a private address. Whoever runs Keymoor can add 10.1.2.3/32 to KEYMOOR_EGRESS_ALLOW.",
    );
    const name = await refusal(policy({ lookup: leadsTo("fd12::7") }).resolve("db.internal", 80));
    expect(name.sentence).toBe(
      "Calls to db.internal, which leads to fd12::7, are not allowed: it is a private address (unique local). Whoever runs Keymoor can add fd12::7/128 or db.internal to KEYMOOR_EGRESS_ALLOW.",
    );
  });

  test("a name with one forbidden address among public ones is refused whole", async () => {
    await refusal(policy({ lookup: leadsTo("93.184.216.34", "10.0.0.1") }).resolve("rebind.example", 80));
  });

  test.each([
    [["10.0.0.0/8"], "10.1.2.3"],
    [["10.1.2.3"], "10.1.2.3"],
    [["10.0.0.0/8"], "::ffff:10.1.2.3"],
    [["fd12::/16"], "fd12::9"],
    [["2002::/16"], "2002:0808:0808::1"],
    [["198.18.0.0/15"], "198.18.0.1"],
  ])("%j allows %s", async (allow, host) => {
    await expect(policy({ allow }).resolve(host, 80)).resolves.toHaveLength(1);
  });

  test("a listed CIDR allows nothing outside it", async () => {
    await refusal(policy({ allow: ["10.0.0.0/8", "fd12::/16"] }).resolve("192.168.0.1", 80));
  });

  test("a listed host name allows that name in any case, and not the address by itself or another name", async () => {
    const listed = policy({ allow: ["Db.Internal"], lookup: leadsTo("10.0.0.1") });
    await expect(listed.resolve("db.internal", 80)).resolves.toHaveLength(1);
    await expect(listed.resolve("db.internal.", 80)).resolves.toHaveLength(1);
    await refusal(listed.resolve("other.internal", 80));
    await refusal(listed.resolve("10.0.0.1", 80));
  });

  test("a developer's machine may call loopback and private addresses, but nothing reserved", async () => {
    const developer = policy({ allowPrivate: true });
    for (const host of ["127.0.0.1", "::1", "10.0.0.1", "fd12::1", "100.64.0.1"]) {
      await expect(developer.resolve(host, 80)).resolves.toHaveLength(1);
    }
    await refusal(developer.resolve("240.0.0.1", 80));
    await refusal(developer.resolve("2002:7f00:1::", 80));
  });
});

describe("the setting", () => {
  test.each(["10.0.0.0/33", "300.1.1.1", "http://db.internal", "a b", "-x", ""])(
    "%j is refused at the start",
    (entry) => {
      expect(() => policy({ allow: [entry] })).toThrow(/KEYMOOR_EGRESS_ALLOW/);
    },
  );

  test("the policy in force is one sentence", () => {
    expect(policy().describe()).toBe(
      "Calls go to public addresses only; KEYMOOR_EGRESS_ALLOW can add others.",
    );
    expect(policy({ allow: ["10.0.0.0/8", "db.internal"], allowPrivate: true }).describe()).toBe(
      "Calls go to public addresses and loopback and private ones (a developer's machine), and KEYMOOR_EGRESS_ALLOW: 10.0.0.0/8, db.internal.",
    );
  });
});
