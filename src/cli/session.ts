import type { Command } from "commander";
import { createClient, type NodeClient } from "../client/create-client.ts";
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
  readonly client: NodeClient;
  /** Asked of the server once. */
  readonly whoami: () => Promise<WhoAmI>;
  /** Id of the environment: flag, then profile, then the key's own, then the only one; else a UsageError lists them. */
  readonly environment: () => Promise<string>;
  /** The same, without asking whether there is one of that id: for who refuses it in other words. */
  readonly saidEnvironment: () => Promise<string>;
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
  const saidEnvironment = async () =>
    flags.environment || profile.environment || onlyEnvironment(await whoami());
  const environment = async () => {
    if (!flags.environment && profile.environment) {
      judgeEnvironment(await whoami(), profile.environment, nameOf(profile));
    }
    return await saidEnvironment();
  };
  const region = async () => regionOf(await whoami(), flags, profile);
  return {
    client,
    whoami,
    saidEnvironment,
    environment,
    region,
    place: async () => ({
      organizationId: (await whoami()).organization.id,
      environmentId: await environment(),
      ...(await region()),
    }),
  };
}

/** Whether the server has the environment, and something in it for the caller. `source` begins the sentence: `The profile "a"`. */
export function judgeEnvironment({ environments }: WhoAmI, id: string, source?: string): void {
  if (environments.some((known) => known.id === id)) return;
  throw new CommandFailure(
    source === undefined
      ? `Environment "${id}" does not exist, or you have no role in it.`
      : `${source} says environment "${id}", which does not exist, or you have no role in it.`,
    {
      hint: [
        ...environments.map(({ id, name }) => `--environment ${id}${name === id ? "" : ` (${name})`}`),
        "`keymoor profile set --environment ID` keeps one.",
      ].join("\n"),
    },
  );
}

/** Whether the server has a region of this place, in which cloud or region may be missing. */
export function judgeRegion({ regions }: WhoAmI, place: RegionFlags, source?: string): void {
  const all = regions.map(({ cloud, region }) => ({ cloud: cloud.toLowerCase(), region }));
  if (all.some((known) => matches(known, place))) return;
  const text = [place.cloud, place.region].filter((part) => part).join(".");
  throw source === undefined
    ? new UsageError("The server has no such region.", { hint: choiceOf(all) })
    : new CommandFailure(`${source} says region "${text}", which the server does not have.`, {
        hint: `${choiceOf(all)}\n\`keymoor profile set --cloud CLOUD --region REGION\` keeps one.`,
      });
}

function nameOf({ name }: Profile): string {
  return `The profile "${name}"`;
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

function regionOf(known: WhoAmI, flags: PlaceFlags, profile: Profile): CliRegion {
  const { credential, regions } = known;
  judgeRegion(known, flags);
  if (!flags.cloud && !flags.region) judgeRegion(known, profile, nameOf(profile));
  const wanted = regions
    .map(({ cloud, region }) => ({ cloud: cloud.toLowerCase(), region }))
    .filter((candidate) => matches(candidate, flags));
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

interface RegionFlags {
  readonly cloud?: string | undefined;
  readonly region?: string | undefined;
}

/** What is not given matches; clouds are compared without case (contract/cli.md 3.2). */
function matches(candidate: CliRegion, { cloud, region }: RegionFlags): boolean {
  return (!cloud || cloud.toLowerCase() === candidate.cloud) && (!region || region === candidate.region);
}

function choiceOf(regions: readonly CliRegion[]): string {
  return regions.map(({ cloud, region }) => `--cloud ${cloud} --region ${region}`).join("\n");
}
