import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { type ConfigSources, loadConfig } from "./load-config.ts";
import { isDevelopersMachine } from "./loopback.ts";
import type { Setting } from "./setting.ts";
import { flagOf, settings, variableOf } from "./settings.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "keymoor-config-"));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function load(sources: Partial<ConfigSources> = {}) {
  return loadConfig({ flags: {}, env: {}, folder, ...sources });
}

function loadFile(text: string, sources: Partial<ConfigSources> = {}) {
  writeFileSync(join(folder, "keymoor.yaml"), text);
  return load({ ...sources, flags: { config: "keymoor.yaml", ...sources.flags } });
}

function refusalOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(KeymoorError);
    if (error instanceof KeymoorError) return error.sentence;
  }
  throw new Error("nothing was refused");
}

describe("configuration", () => {
  it("has the defaults of the manual when nothing is set", () => {
    const { config, warnings } = load();
    expect(warnings).toEqual([]);
    expect(config).toMatchObject({
      host: "127.0.0.1",
      port: 8090,
      data: join(folder, "data"),
      auditRetention: 400,
      keepVersions: 3,
      statements: "refuse",
      verify: "on",
      dev: false,
      trustedProxies: [],
    });
    expect(config.publicUrl).toBeUndefined();
    expect(config.masterKey).toBeUndefined();
  });

  it("lets a flag go before a variable and a variable before the file", () => {
    const file = "port: 1\nlogLevel: warn\nkeepVersions: 5\n";
    const env = { KEYMOOR_PORT: "2", KEYMOOR_LOG_LEVEL: "debug" };
    const { config } = loadFile(file, { env, flags: { port: "3" } });
    expect([config.port, config.logLevel, config.keepVersions]).toEqual([3, "debug", 5]);
  });

  it("is found by KEYMOOR_CONFIG as by --config", () => {
    writeFileSync(join(folder, "other.yaml"), "port: 7\n");
    expect(load({ env: { KEYMOOR_CONFIG: "other.yaml" } }).config.port).toBe(7);
  });

  it("begins relative paths at the working directory, in the file at the file's folder", () => {
    mkdirSync(join(folder, "etc"));
    writeFileSync(join(folder, "etc/keymoor.yaml"), "data: store\n");
    const env = { KEYMOOR_SEED: "seed.yaml", KEYMOOR_CONFIG: "etc/keymoor.yaml" };
    const { config } = load({ env });
    expect([config.data, config.seed]).toEqual([join(folder, "etc/store"), join(folder, "seed.yaml")]);
  });

  it("takes lists with commas, and in the file as YAML too", () => {
    const env = {
      KEYMOOR_EGRESS_ALLOW: "10.0.0.0/8, db.internal,",
      KEYMOOR_TRUSTED_PROXIES: "10.1.2.3,fd00::/8",
    };
    const { config } = loadFile("secretsEnv: [OPENAI_KEY, OTHER]\n", { env });
    expect(config.egressAllow).toEqual(["10.0.0.0/8", "db.internal"]);
    expect(config.trustedProxies).toEqual(["10.1.2.3", "fd00::/8"]);
    expect(config.secretsEnv).toEqual(["OPENAI_KEY", "OTHER"]);
  });

  it("takes on and off in every common spelling", () => {
    for (const text of ["1", "true", "on", "YES"])
      expect(load({ env: { KEYMOOR_DEV: text } }).config.dev).toBe(true);
    for (const text of ["0", "false", "off", "No"])
      expect(load({ env: { KEYMOOR_DEV: text } }).config.dev).toBe(false);
    expect(loadFile("verify: off\ndev: true\n").config).toMatchObject({ verify: "off", dev: true });
  });

  it("counts a variable that is set to nothing as unset", () => {
    expect(load({ env: { KEYMOOR_SEED: "", KEYMOOR_PORT: "" } }).config).toMatchObject({ port: 8090 });
  });

  it("keeps secrets as Secret", () => {
    const { config } = load({ env: { KEYMOOR_METRICS_TOKEN: "a-token-of-some-length" } });
    expect(config.metricsToken).toBeInstanceOf(Secret);
    expect(JSON.stringify(config)).not.toContain("a-token");
  });

  it.each([
    ["KEYMOOR_PORT", "70000", "KEYMOOR_PORT must be a whole number from 0 to 65535."],
    ["KEYMOOR_PORT", "80a", "KEYMOOR_PORT must be a whole number from 0 to 65535."],
    ["KEYMOOR_STATEMENTS", "run", 'KEYMOOR_STATEMENTS must be "refuse" or "record".'],
    ["KEYMOOR_AUDIT_RETENTION", "0", "KEYMOOR_AUDIT_RETENTION must be a whole number from 1 to 36500."],
    ["KEYMOOR_PUBLIC_URL", "https://a.example/b", "KEYMOOR_PUBLIC_URL must be an origin"],
    ["KEYMOOR_PUBLIC_URL", "a.example", "KEYMOOR_PUBLIC_URL must be an origin"],
    [
      "KEYMOOR_TRUSTED_PROXIES",
      "10.0.0.0/33",
      "KEYMOOR_TRUSTED_PROXIES must be a list of addresses and CIDR ranges.",
    ],
    ["KEYMOOR_SECRETS_ENV", "A B", "KEYMOOR_SECRETS_ENV must be a list of names of environment variables."],
    ["KEYMOOR_TLS", "yes", 'KEYMOOR_TLS must be "terminated", or unset.'],
    [
      "KEYMOOR_DATABASE_URL",
      "mysql://h/d",
      "KEYMOOR_DATABASE_URL must be a URL that begins with postgres://.",
    ],
  ])("names %s when its value is wrong", (variable, value, sentence) => {
    const refusal = refusalOf(() => load({ env: { [variable]: value } }));
    expect(refusal).toContain(sentence);
  });

  it("names a flag and a key of the file as they were written", () => {
    expect(refusalOf(() => load({ flags: { keepVersions: "many" } }))).toContain("--keep-versions must be");
    expect(refusalOf(() => loadFile("keepVersions: 0\n"))).toContain(
      `"keepVersions" in ${join(folder, "keymoor.yaml")} must be`,
    );
  });

  it("never repeats the value of a secret", () => {
    const refusal = refusalOf(() => load({ env: { KEYMOOR_METRICS_TOKEN: "too-short" } }));
    expect(refusal).toBe(
      "KEYMOOR_METRICS_TOKEN must be at least 16 printable ASCII characters without spaces.",
    );
  });

  it("refuses an unknown key of the file and names the nearest one", () => {
    expect(refusalOf(() => loadFile("publcUrl: http://h\n"))).toMatch(
      /unknown setting "publcUrl"\. Did you mean "publicUrl"\?/,
    );
    expect(refusalOf(() => loadFile("colour: red\n"))).toContain("docs/configuration.md");
  });

  it("warns once of unknown KEYMOOR_ variables, with the nearest name", () => {
    const { warnings } = load({ env: { KEYMOOR_PROT: "1", KEYMOOR_SOMETHING_ELSE: "1", OTHER: "1" } });
    expect(warnings).toEqual([
      "Not a setting, so not used: KEYMOOR_PROT (did you mean KEYMOOR_PORT?), KEYMOOR_SOMETHING_ELSE.",
    ]);
  });

  it("does not warn of variables that the command line reads", () => {
    const env = { KEYMOOR_URL: "http://127.0.0.1:8090" };
    expect(load({ env }).warnings).toHaveLength(1);
    expect(load({ env, otherVariables: ["KEYMOOR_URL"] }).warnings).toEqual([]);
  });

  it("explains the variable that Kubernetes sets for a Service named keymoor", () => {
    const refusal = refusalOf(() => load({ env: { KEYMOOR_PORT: "tcp://10.0.0.1:8090" } }));
    expect(refusal).toContain("enableServiceLinks: false");
  });

  it.each([
    ["a: [1\n", "is not valid YAML at line"],
    ["port: 1\nport: 2\n", "names a key twice at line 2, column 1"],
    ["- a\n", "is not a list of settings"],
    ["a: *b\n", "has an alias without its anchor, or more aliases than are taken. Write out"],
    [
      `a: &a 1\nb: [${"*a,".repeat(101)}]\n`,
      "has an alias without its anchor, or more aliases than are taken.",
    ],
  ])("says where a file cannot be read and quotes nothing of it", (text, sentence) => {
    expect(refusalOf(() => loadFile(text))).toContain(sentence);
  });

  it("refuses a file that is not there", () => {
    expect(refusalOf(() => load({ flags: { config: "none.yaml" } }))).toContain(
      "cannot be read (it does not exist)",
    );
  });
});

describe("settings that depend on each other", () => {
  it("refuse to listen beyond loopback without a certificate", () => {
    const refusal = refusalOf(() => load({ env: { KEYMOOR_HOST: "0.0.0.0" } }));
    expect(refusal).toContain("KEYMOOR_HOST is 0.0.0.0, beyond loopback, and there is no certificate.");
    expect(refusal).toContain("KEYMOOR_TLS=terminated");
  });

  it.each(["127.0.0.1", "127.8.8.8", "::1", "localhost"])("let plain http listen on %s", (host) => {
    expect(load({ env: { KEYMOOR_HOST: host } }).config.host).toBe(host);
  });

  it("let the server listen anywhere with a certificate or behind a proxy that has one", () => {
    const certificate = { KEYMOOR_TLS_CERT: "c.pem", KEYMOOR_TLS_KEY: "k.pem" };
    expect(load({ env: { KEYMOOR_HOST: "::", ...certificate } }).config.tlsKey).toBe(join(folder, "k.pem"));
    expect(load({ env: { KEYMOOR_HOST: "0.0.0.0", KEYMOOR_TLS: "terminated" } }).config.tls).toBe(
      "terminated",
    );
  });

  it("refuse half a certificate and a database that is not there yet", () => {
    expect(refusalOf(() => load({ env: { KEYMOOR_TLS_CERT: "c.pem" } }))).toContain(
      "without KEYMOOR_TLS_KEY",
    );
    const refusal = refusalOf(() => load({ env: { KEYMOOR_DATABASE_URL: "postgres://u:hunter2@h/d" } }));
    expect(refusal).toContain("SQLite file only");
    expect(refusal).not.toContain("hunter2");
  });

  it("refuse a webhook without the key that signs what it is sent", () => {
    const url = { KEYMOOR_WEBHOOK_URL: "https://hooks.example/t/tk-0123456789" };
    const refusal = refusalOf(() => load({ env: url }));
    expect(refusal).toContain("KEYMOOR_WEBHOOK_URL is set without KEYMOOR_WEBHOOK_SECRET");
    expect(refusal).not.toContain("tk-0123456789");
    const secret = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
    const { config } = load({ env: { ...url, KEYMOOR_WEBHOOK_SECRET: secret } });
    expect(config.webhookSecret?.reveal()).toBe(secret);
  });

  it.each([
    ["without its prefix", Buffer.alloc(32).toString("base64")],
    ["of 23 bytes", `whsec_${Buffer.alloc(23).toString("base64")}`],
    ["of 65 bytes", `whsec_${Buffer.alloc(65).toString("base64")}`],
    ["that is not base64", `whsec_${"!".repeat(40)}`],
    ["that is cut off", `whsec_${Buffer.alloc(32).toString("base64").slice(0, 41)}`],
  ])("refuse a webhook secret %s, and do not repeat it", (_what, secret) => {
    const refusal = refusalOf(() => load({ env: { KEYMOOR_WEBHOOK_SECRET: secret } }));
    expect(refusal).toContain("KEYMOOR_WEBHOOK_SECRET must be `whsec_` and 24 to 64 bytes in base64");
    expect(refusal).not.toContain(secret.slice(6));
  });

  it("refuse to hand out variables of Keymoor itself", () => {
    for (const name of ["KEYMOOR_MASTER_KEY", "KEYMOOR_METRICS_TOKEN", "keymoor_anything"]) {
      expect(refusalOf(() => load({ env: { KEYMOOR_SECRETS_ENV: `OPENAI_KEY,${name}` } }))).toContain(
        `KEYMOOR_SECRETS_ENV names ${name}, and`,
      );
    }
    const env = { KEYMOOR_SECRETS_ENV: "MY_KEYMOOR_TOKEN" };
    expect(load({ env }).config.secretsEnv).toEqual(["MY_KEYMOOR_TOKEN"]);
  });

  it("make a developer's machine of loopback without a public name and without proxies", () => {
    const isDevelopers = (env: Record<string, string>) => isDevelopersMachine(load({ env }).config);
    expect(isDevelopers({})).toBe(true);
    expect(isDevelopers({ KEYMOOR_PUBLIC_URL: "http://[::1]:8090" })).toBe(true);
    expect(isDevelopers({ KEYMOOR_PUBLIC_URL: "https://keymoor.example.com" })).toBe(false);
    expect(isDevelopers({ KEYMOOR_TRUSTED_PROXIES: "127.0.0.1" })).toBe(false);
    expect(isDevelopers({ KEYMOOR_TLS: "terminated" })).toBe(false);
    expect(isDevelopers({ KEYMOOR_HOST: "0.0.0.0", KEYMOOR_TLS_CERT: "c", KEYMOOR_TLS_KEY: "k" })).toBe(
      false,
    );
  });
});

describe("every setting", () => {
  const all = Object.entries<Setting>(settings);

  test.each(all)("%s has a default that it takes, and says what holds when it is unset", (_, setting) => {
    expect(setting.default === undefined).toBe(setting.whenUnset !== undefined);
  });

  test("spells its flag and its variable from its name", () => {
    expect([flagOf("publicUrl"), variableOf("publicUrl")]).toEqual(["--public-url", "KEYMOOR_PUBLIC_URL"]);
    expect(new Set(all.map(([name]) => variableOf(name))).size).toBe(all.length);
  });
});
