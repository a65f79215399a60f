import { describe, expect, it } from "vitest";
import { listenerOrigin } from "./region-listener.ts";

const alone = { host: "127.0.0.1", publicUrl: undefined, tls: undefined, trustedProxies: [] };

describe("a region that listens and names no endpoint", () => {
  it("is reached where it listens", () => {
    expect(listenerOrigin(alone, "http", { host: "127.0.0.1", port: 8091 })).toBe("http://127.0.0.1:8091");
    expect(listenerOrigin(alone, "https", { host: "0.0.0.0", port: 8091 })).toBe("https://localhost:8091");
    expect(listenerOrigin(alone, "http", { host: "::1", port: 8091 })).toBe("http://[::1]:8091");
  });

  it("is reached by the public name of the server where it listens as the server does, or everywhere", () => {
    const named = { ...alone, host: "10.0.0.5", publicUrl: "https://keymoor.example.com" };
    for (const host of ["10.0.0.5", "0.0.0.0", "::"])
      expect(listenerOrigin(named, "https", { host, port: 8444 })).toBe("https://keymoor.example.com:8444");
    expect(listenerOrigin(named, "https", { host: "10.0.0.6", port: 443 })).toBe("https://10.0.0.6");
    const byAddress = { ...named, publicUrl: "https://[2001:db8::1]:8443" };
    expect(listenerOrigin(byAddress, "https", { host: "::", port: 8444 })).toBe("https://[2001:db8::1]:8444");
  });

  it("is reached nobody knows where when a proxy stands before the server", () => {
    const at = { host: "127.0.0.1", port: 8091 };
    expect(listenerOrigin({ ...alone, tls: "terminated" }, "http", at)).toBeUndefined();
    expect(listenerOrigin({ ...alone, trustedProxies: ["10.0.0.0/8"] }, "http", at)).toBeUndefined();
    expect(
      listenerOrigin({ ...alone, publicUrl: "https://keymoor.example.com" }, "http", at),
    ).toBeUndefined();
  });
});
