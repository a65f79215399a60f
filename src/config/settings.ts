import { isIP } from "node:net";
import { Type } from "@sinclair/typebox";
import { oneOf, type Setting, setting, type ValueOf } from "./setting.ts";

/**
 * Every setting, once. `publicUrl` is the key of the file, `--public-url` the flag and `KEYMOOR_PUBLIC_URL` the variable.
 */
export const settings = {
  host: setting(Type.String({ pattern: "^[A-Za-z0-9.:_-]+$" }), {
    group: "Server",
    rule: "a host name or an address",
    about:
      "Where the server listens. Beyond loopback it needs a certificate, or `tls: terminated` when a proxy in front of it has one.",
    default: "127.0.0.1",
  }),
  port: setting(Type.Integer({ minimum: 0, maximum: 65535 }), {
    group: "Server",
    rule: "a whole number from 0 to 65535",
    about: "Port to listen on. 0 takes any free one; the start message says which.",
    default: 8090,
  }),
  publicUrl: setting(Type.String(), {
    group: "Server",
    rule: "an origin such as https://keymoor.example.com, without path or query",
    about:
      "Origin under which clients reach the server. All URLs in answers begin with it, never with the Host header.",
    whenUnset: "`http://host:port`, or https with a certificate",
    judge: isOrigin,
  }),
  trustedProxies: setting(Type.Array(Type.String()), {
    group: "Server",
    rule: "a list of addresses and CIDR ranges",
    about:
      "Proxies whose `X-Forwarded-For` is believed. It decides which address stands in the audit trail and is counted for failed attempts.",
    default: [],
    judge: (list) => list.every(isAddressRange),
  }),
  tlsCert: setting(Type.String({ minLength: 1 }), {
    group: "Server",
    rule: "the path of a PEM file",
    about: "Certificate chain of the server. Needs `tlsKey`.",
    whenUnset: "plain http, on loopback only",
    isPath: true,
  }),
  tlsKey: setting(Type.String({ minLength: 1 }), {
    group: "Server",
    rule: "the path of a PEM file",
    about: "Private key of the certificate.",
    whenUnset: "none",
    isPath: true,
  }),
  tls: setting(oneOf("terminated"), {
    group: "Server",
    rule: '"terminated", or unset',
    about:
      "`terminated` says that a proxy in front of the server does TLS, so that it may listen beyond loopback on plain http.",
    whenUnset: "no proxy does TLS",
  }),

  data: setting(Type.String({ minLength: 1 }), {
    group: "Data",
    rule: "the path of a folder",
    about:
      "Folder of the database and, unless another master key is given, of the key file. Made when it is missing.",
    default: "./data",
    isPath: true,
  }),
  databaseUrl: setting(Type.String({ minLength: 1 }), {
    group: "Data",
    rule: "a URL that begins with postgres://",
    about:
      "Database that several servers share. This version knows the SQLite file only and refuses to start with it.",
    whenUnset: "the SQLite file in the data folder",
    isSecret: true,
    judge: (url) => /^postgres(ql)?:\/\//.test(url),
  }),
  seed: setting(Type.String({ minLength: 1 }), {
    group: "Data",
    rule: "the path of a YAML file",
    about:
      "Seed file, applied at every start: it creates what is missing, changes nothing that exists, and does not bring back what was deleted.",
    whenUnset: "none",
    isPath: true,
  }),
  keepVersions: setting(Type.Integer({ minimum: 1, maximum: 100 }), {
    group: "Data",
    rule: "a whole number from 1 to 100",
    about: "How many versions of a credential stay sealed for going back, the current one included.",
    default: 3,
    unit: "versions",
  }),
  auditRetention: setting(Type.Integer({ minimum: 1, maximum: 36500 }), {
    group: "Data",
    rule: "a whole number from 1 to 36500",
    about: "How long audit events are kept.",
    default: 400,
    unit: "days",
  }),

  masterKey: setting(Type.String(), {
    group: "Secrets",
    rule: "32 bytes in base64",
    about: "Master key that seals every credential. Whoever loses it loses them all.",
    whenUnset: "`masterKeyFile`, else a key file in the data folder, made at the first start",
    isSecret: true,
  }),
  masterKeyFile: setting(Type.String({ minLength: 1 }), {
    group: "Secrets",
    rule: "the path of a file",
    about: "File that holds the master key: 32 bytes in base64.",
    whenUnset: "see `masterKey`",
    isPath: true,
  }),
  previousMasterKey: setting(Type.String(), {
    group: "Secrets",
    rule: "32 bytes in base64",
    about:
      "Master key that the data was sealed under so far, given once beside a new `masterKey`: the server seals all data keys anew in the background, and its log says when this one can be removed.",
    whenUnset: "the master key is not being changed",
    isSecret: true,
  }),
  previousMasterKeyFile: setting(Type.String({ minLength: 1 }), {
    group: "Secrets",
    rule: "the path of a file",
    about: "File that holds the previous master key, like `previousMasterKey`.",
    whenUnset: "see `previousMasterKey`",
    isPath: true,
  }),
  secretsDir: setting(Type.String({ minLength: 1 }), {
    group: "Secrets",
    rule: "the path of a folder",
    about: "Folder whose files a credential may refer to as `${file:NAME}`.",
    whenUnset: "no file may be referred to",
    isPath: true,
  }),
  secretsEnv: setting(Type.Array(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$" })), {
    group: "Secrets",
    rule: "a list of names of environment variables",
    about: "Environment variables that a credential may refer to as `${env:NAME}`.",
    default: [],
  }),

  egressAllow: setting(Type.Array(Type.String()), {
    group: "Calls",
    rule: "a list of addresses, CIDR ranges and host names",
    about:
      "Private and loopback addresses that calls may go to. Link-local, metadata, multicast and Keymoor's own addresses stay forbidden.",
    default: [],
  }),
  egressCa: setting(Type.String({ minLength: 1 }), {
    group: "Calls",
    rule: "the path of a PEM file",
    about: "Certificate authorities that are trusted for calls, besides the public ones.",
    whenUnset: "the public ones only",
    isPath: true,
  }),

  statements: setting(oneOf("refuse", "record"), {
    group: "Behaviour",
    rule: '"refuse" or "record"',
    about:
      "What becomes of a statement that needs an engine. `refuse`: it ends FAILED. `record`: it is kept as if an engine had taken it, RUNNING or COMPLETED, and not executed: a stand-in for tests.",
    default: "refuse",
  }),
  verify: setting(oneOf("on", "off"), {
    group: "Behaviour",
    rule: '"on" or "off"',
    about:
      "Whether connections are checked without being asked. `off`: nothing is dialled unless somebody asks for it, and a status stays PENDING until then.",
    default: "on",
  }),
  webhookUrl: setting(Type.String(), {
    group: "Behaviour",
    rule: "a URL that begins with https:// or http://",
    about:
      "Where a change of a connection's status is reported. Such an address often carries a token, so it has no flag. Needs `webhookSecret`.",
    whenUnset: "nothing is reported",
    isSecret: true,
    judge: isHttpUrl,
  }),
  webhookSecret: setting(Type.String(), {
    group: "Behaviour",
    rule: "`whsec_` and 24 to 64 bytes in base64",
    about:
      "Key that signs what is sent to the webhook, as Standard Webhooks has it. `echo whsec_$(openssl rand -base64 32)` makes one.",
    whenUnset: "none; `webhookUrl` needs one",
    isSecret: true,
    judge: isWebhookSecret,
  }),
  dev: setting(Type.Boolean(), {
    group: "Behaviour",
    rule: '"on" or "off"',
    about:
      "Allows what only a server for tests should do: `POST /keymoor/v1/reset` forgets everything and applies the seed anew.",
    default: false,
  }),

  logLevel: setting(oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"), {
    group: "Observation",
    rule: '"fatal", "error", "warn", "info", "debug", "trace" or "silent"',
    about: "What is logged to standard error: JSON, or lines for people when that is a terminal.",
    default: "info",
  }),
  metricsToken: setting(Type.String({ pattern: "^[!-~]{16,}$" }), {
    group: "Observation",
    rule: "at least 16 printable ASCII characters without spaces",
    about: "Bearer token that may read `/metrics`, for a Prometheus without a role.",
    whenUnset: "only the audit right may",
    isSecret: true,
  }),
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof settings;

/** The configuration of a server: every setting with its value, `undefined` where none is set and none is the default. */
export type Config = {
  readonly [Name in SettingName]:
    | ValueOf<(typeof settings)[Name]>
    | ((typeof settings)[Name] extends { readonly default: unknown } ? never : undefined);
};

/** Not a setting of the file itself: where the file is. */
export const configFileVariable = "KEYMOOR_CONFIG";

export function flagOf(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

export function variableOf(name: string): string {
  return `KEYMOOR_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}

function isOrigin(text: string): boolean {
  if (!isHttpUrl(text)) return false;
  const url = new URL(text);
  return url.href === `${url.origin}/` && !/[?#]/.test(text);
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isWebhookSecret(text: string): boolean {
  const [, key] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? [];
  if (key === undefined || key.length % 4 !== 0) return false;
  const { length } = Buffer.from(key, "base64");
  return length >= 24 && length <= 64;
}

function isAddressRange(text: string): boolean {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}
