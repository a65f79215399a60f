import { resolve } from "node:path";
import { Command } from "commander";
import { Secret } from "../../secret.ts";
import type { Io } from "../io.ts";
import { isInClear, judgeTransport, judgeUrl, readCaFile } from "../profile.ts";
import { readProfiles, writeProfiles } from "../profile-file.ts";
import { canPrompt, promptSecret } from "../prompt-secret.ts";
import { readLine } from "../read-line.ts";
import { readSecret } from "../read-secret.ts";
import { UsageError } from "../usage-error.ts";

interface Flags {
  readonly url?: string;
  readonly apiKey?: string;
  readonly apiSecretFile?: string;
  readonly profile?: string;
  readonly caFile?: string;
  readonly insecureHttp?: true;
}

/** `keymoor login`: proves a key at its server and keeps it as a profile, which becomes the current one. */
export function loginCommand(io: Io): Command {
  return new Command("login")
    .description("Prove an API key at a server and keep both as a profile.")
    .option("--url <url>", "Address of the server. (KEYMOOR_URL)")
    .option("--api-key <id>", "Id of the API key. (KEYMOOR_API_KEY)")
    .option("--api-secret-file <path>", "File that has its secret; - is standard input. (KEYMOOR_API_SECRET)")
    .option("--ca-file <path>", "PEM file of an authority to trust for this server. (KEYMOOR_CA_FILE)")
    .option(
      "--insecure-http",
      "Send the key over plain http to another machine, where others can read it; the profile keeps this. (KEYMOOR_INSECURE_HTTP=1)",
    )
    .option("--profile <name>", "Name of the profile. (KEYMOOR_PROFILE)")
    .action(async (flags: Flags) => {
      const file = await readProfiles(io);
      const name = flags.profile || io.env.KEYMOOR_PROFILE || "default";
      const known = file.profiles[name];
      const url = judgeUrl(flags.url || io.env.KEYMOOR_URL || known?.url || (await asked(io, "url")));
      // What was set for this server still holds; another server has other environments.
      const kept = known !== undefined && judgeUrl(known.url) === url ? known : undefined;
      judgeTransport(io, url, flags.insecureHttp === true || kept?.insecure_http === true);
      const id = flags.apiKey || io.env.KEYMOOR_API_KEY || known?.api_key || (await asked(io, "api-key"));
      const secret = await secretOf(io, flags);
      const caFile = flags.caFile || io.env.KEYMOOR_CA_FILE;
      const ca = caFile ? await readCaFile(io, caFile) : undefined;

      const { createClient } = await import("../../client/create-client.ts");
      const { whoAmI } = await import("../../client/whoami.ts");
      const credential = { kind: "api_key", id, secret } as const;
      const answer = await whoAmI(createClient({ url, credential, ...(ca !== undefined && { ca }) }));

      const stored = {
        ...kept,
        url,
        api_key: id,
        api_secret: secret.reveal(),
        ...(caFile && { ca_file: resolve(io.folder, caFile) }),
        ...(isInClear(url) && { insecure_http: true }),
      };
      await writeProfiles(io, { current: name, profiles: { ...file.profiles, [name]: stored } });
      io.stderr.write(
        `Logged in to ${url} as ${answer.principal.name}. Profile "${name}" is the current one.\n`,
      );
    });
}

const usualUrl = "http://127.0.0.1:8090";

/** Asks for what no flag says, on a terminal. */
async function asked(io: Io, flag: "url" | "api-key"): Promise<string> {
  if (!canPrompt(io)) return missing(flag);
  io.stderr.write(flag === "url" ? `URL of the server [${usualUrl}]: ` : "Id of the API key: ");
  const answer = (await readLine(io))?.trim();
  return answer || (flag === "url" && answer !== undefined ? usualUrl : missing(flag));
}

async function secretOf(io: Io, { apiSecretFile }: Flags): Promise<Secret> {
  const given = await readSecret(io, { flag: "api-secret", file: apiSecretFile });
  if (given !== undefined) return given;
  const { KEYMOOR_API_SECRET } = io.env;
  if (KEYMOOR_API_SECRET) return new Secret(KEYMOOR_API_SECRET);
  if (canPrompt(io)) return promptSecret(io, "API secret");
  return missing("api-secret-file");
}

function missing(flag: string): never {
  throw new UsageError(`required flag(s) "${flag}" not set`, {
    hint: "keymoor login --url URL --api-key ID --api-secret-file FILE",
  });
}
