import type { Command } from "commander";
import { type Client, createClient } from "../client/client.ts";
import type { HttpOptions } from "../client/http.ts";
import { type WhoAmI, whoAmI } from "../client/whoami.ts";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import { type Profile, resolveProfile } from "./profile.ts";
import { UsageError } from "./usage-error.ts";

/** Where a command works. Cloud in lower case. */
export interface CliPlace {
  readonly organizationId: string;
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
}

export type CliRegion = Pick<CliPlace, "cloud" | "region">;

/** Flags that say where a command works, and with which profile. */
export interface PlaceFlags {
  readonly profile?: string;
  readonly environment?: string;
  readonly cloud?: string;
  readonly region?: string;
}

/** A profile with its client; made once for a command. */
export interface Session {
  readonly client: Client;
  /** Asked of the server once. */
  readonly whoami: () => Promise<WhoAmI>;
  /** Id of the environment: flag, then profile, then the key's own, then the only one; else a UsageError lists them. */
  readonly environment: () => Promise<string>;
  /** The same for the region. */
  readonly region: () => Promise<CliRegion>;
  readonly place: () => Promise<CliPlace>;
}

/** Adds `--environment`, `--cloud`, `--region` and `--profile`. */
export function addPlaceOptions(command: Command): Command {
  return command
    .option("--environment <id>", "Environment ID.")
    .option("--cloud <cloud>", "Cloud of the region.")
    .option("--region <region>", "Region.")
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)");
}

/** Adds `--profile`, for what belongs to the server as a whole. */
export function addProfileOption(command: Command): Command {
  return command.option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)");
}

/** Adds `--environment` and `--profile`, for what belongs to all regions. */
export function addEnvironmentOptions(command: Command): Command {
  return command
    .option("--environment <id>", "Environment ID.")
    .option("--profile <name>", "Profile to work with. (KEYMOOR_PROFILE)");
}

export async function openSession(
  io: Io,
  flags: PlaceFlags,
  limits: Pick<HttpOptions, "timeoutMs"> = {},
): Promise<Session> {
  const profile = await resolveProfile(io, flags.profile);
  const client = createClient({ ...profile, ...limits });
  let known: Promise<WhoAmI> | undefined;
  const whoami = () => {
    known ??= whoAmI(client);
    return known;
  };
  const environment = async () => flags.environment || profile.environment || onlyEnvironment(await whoami());
  const region = async () => regionOf(await whoami(), flags, profile);
  return {
    client,
    whoami,
    environment,
    region,
    place: async () => ({
      organizationId: (await whoami()).organization.id,
      environmentId: await environment(),
      ...(await region()),
    }),
  };
}

function onlyEnvironment({ credential, environments }: WhoAmI): string {
  if (credential.environment_id !== null) return credential.environment_id;
  const [only, other] = environments;
  if (only === undefined) {
    throw new CommandFailure("The key reaches no environment.", {
      hint: "Ask an administrator for a role in one, or name one with --environment.",
    });
  }
  if (other === undefined) return only.id;
  throw new UsageError("There are several environments; say which with --environment.", {
    hint: environments
      .map(({ id, name }) => `--environment ${id}${name === id ? "" : ` (${name})`}`)
      .concat("`keymoor profile set --environment ID` keeps it.")
      .join("\n"),
  });
}

function regionOf({ credential, regions }: WhoAmI, flags: PlaceFlags, profile: Profile): CliRegion {
  const all = regions.map(({ cloud, region }) => ({ cloud: cloud.toLowerCase(), region }));
  const wanted = all.filter((candidate) => matches(candidate, flags));
  if (wanted.length === 0) {
    throw new UsageError("The server has no such region.", { hint: choiceOf(all) });
  }
  const own = { cloud: credential.cloud ?? undefined, region: credential.region ?? undefined };
  for (const narrowed of [
    wanted,
    ...[profile, own].map((place) => wanted.filter((at) => matches(at, place))),
  ]) {
    const [only, other] = narrowed;
    if (only !== undefined && other === undefined) return only;
  }
  throw new UsageError("There are several regions; say which with --cloud and --region.", {
    hint: `${choiceOf(wanted)}\n\`keymoor profile set --cloud CLOUD --region REGION\` keeps it.`,
  });
}

/** What is not given matches; clouds are compared without case (contract/cli.md 3.2). */
function matches(
  candidate: CliRegion,
  { cloud, region }: { readonly cloud?: string | undefined; readonly region?: string | undefined },
): boolean {
  return (!cloud || cloud.toLowerCase() === candidate.cloud) && (!region || region === candidate.region);
}

function choiceOf(regions: readonly CliRegion[]): string {
  return regions.map(({ cloud, region }) => `--cloud ${cloud} --region ${region}`).join("\n");
}
