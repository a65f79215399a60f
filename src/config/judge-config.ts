import { KeymoorError } from "../errors.ts";
import { isLoopbackHost } from "./loopback.ts";
import { type Config, variableOf } from "./settings.ts";

/** What one setting means for another. */
export function judgeConfig(config: Config): void {
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined)) {
    const [given, missing] =
      config.tlsCert === undefined ? (["tlsKey", "tlsCert"] as const) : (["tlsCert", "tlsKey"] as const);
    throw refusal(
      `${variableOf(given)} is set without ${variableOf(missing)}.`,
      "A certificate and its key go together.",
    );
  }
  if (config.webhookUrl !== undefined && config.webhookSecret === undefined) {
    throw refusal(
      "KEYMOOR_WEBHOOK_URL is set without KEYMOOR_WEBHOOK_SECRET.",
      "The receiver tells by the signature that a message is ours: set `whsec_` and 24 to 64 random bytes in base64.",
    );
  }
  if (config.databaseUrl !== undefined) {
    throw refusal(
      "KEYMOOR_DATABASE_URL is set, but this version stores in the SQLite file only.",
      "Leave it unset.",
    );
  }
  const own = config.secretsEnv.find((name) => /^keymoor_/i.test(name));
  if (own !== undefined) {
    throw refusal(
      `KEYMOOR_SECRETS_ENV names ${own}, and what is Keymoor's own is never sent to a service.`,
      "List only variables that hold credentials of services.",
    );
  }
  judgeListenHost(config, config.host, "KEYMOOR_HOST");
}

/** Credentials must not cross a network in clear, so plain http stays on loopback (design 10). */
export function judgeListenHost(config: Config, host: string, setting: string): void {
  if (isLoopbackHost(host) || config.tlsCert !== undefined || config.tls === "terminated") return;
  throw refusal(
    `${setting} is ${host}, beyond loopback, and there is no certificate.`,
    "Set KEYMOOR_TLS_CERT and KEYMOOR_TLS_KEY, or KEYMOOR_TLS=terminated when a proxy in front of the server does TLS.",
  );
}

function refusal(message: string, hint: string): KeymoorError {
  return new KeymoorError("cannot_start", message, { hint });
}
