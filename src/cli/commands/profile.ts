import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { type PrintedField, printList, printObject } from "../output/print.ts";
import { storedProfile } from "../profile.ts";
import { type ProfileFile, readProfiles, type StoredProfile, writeProfiles } from "../profile-file.ts";
import { UsageError } from "../usage-error.ts";
import { withoutProfile } from "./logout.ts";

/** `keymoor profile`: servers and keys that `keymoor login` kept. */
export function profileCommand(io: Io): Command {
  return new Command("profile")
    .description("Manage the profiles that `keymoor login` keeps.")
    .addCommand(listCommand(io))
    .addCommand(showCommand(io))
    .addCommand(useCommand(io))
    .addCommand(setCommand(io))
    .addCommand(deleteCommand(io));
}

interface OutputFlags {
  readonly output: OutputFormat;
}

function listCommand(io: Io): Command {
  const command = new Command("list").description("List the profiles.").action(async (flags: OutputFlags) => {
    const { profiles, current } = await readProfiles(io);
    const rows = Object.entries(profiles)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, profile]) => ({
        is_current: flags.output === "human" ? (name === current ? "*" : "") : name === current,
        ...Object.fromEntries(fieldsOf(name, profile).map(({ key, value }) => [key, value])),
      }));
    await printList(
      io,
      flags.output,
      [
        { key: "is_current", label: "Current" },
        { key: "name", label: "Name" },
        { key: "url", label: "URL" },
        { key: "api_key", label: "API Key" },
        { key: "environment", label: "Environment" },
        { key: "cloud", label: "Cloud" },
        { key: "region", label: "Region" },
      ],
      rows,
      { isSorted: true },
    );
  });
  return addOutputOption(command);
}

function showCommand(io: Io): Command {
  const command = new Command("show")
    .description("Show a profile; its secret is not shown.")
    .addArgument(completedArgument("[name]", "Profile; the current one when absent.", "profile"))
    .action(async (given: string | undefined, flags: OutputFlags) => {
      const file = await readProfiles(io);
      const name = given ?? currentOf(io, file);
      const profile = storedProfile(file, name);
      await printObject(io, flags.output, [
        ...fieldsOf(name, profile),
        { key: "ca_file", label: "CA File", value: profile.ca_file },
        { key: "insecure_http", label: "Insecure HTTP", value: profile.insecure_http },
      ]);
    });
  return addOutputOption(command);
}

function useCommand(io: Io): Command {
  return new Command("use")
    .description("Make a profile the current one.")
    .addArgument(completedArgument("<name>", "Profile.", "profile"))
    .action(async (name: string) => {
      const file = await readProfiles(io);
      storedProfile(file, name);
      await writeProfiles(io, { ...file, current: name });
      io.stderr.write(`Using profile "${name}".\n`);
    });
}

interface SetFlags {
  readonly environment?: string;
  readonly cloud?: string;
  readonly region?: string;
  readonly profile?: string;
}

function setCommand(io: Io): Command {
  return new Command("set")
    .description("Keep where commands work; an empty value forgets it.")
    .option("--environment <id>", "Environment ID.")
    .option("--cloud <cloud>", "Cloud of the region.")
    .option("--region <region>", "Region.")
    .option("--profile <name>", "Profile to change; the current one when absent.")
    .action(async (flags: SetFlags) => {
      const file = await readProfiles(io);
      const name = flags.profile ?? currentOf(io, file);
      const { environment, cloud, region, ...rest } = storedProfile(file, name);
      const given: PartialPlace = {
        environment: flags.environment,
        cloud: flags.cloud?.toLowerCase(),
        region: flags.region,
      };
      if (Object.values(given).every((value) => value === undefined)) {
        throw new UsageError("Nothing to set.", { hint: "Give --environment, --cloud or --region." });
      }
      const settled = Object.entries({ environment, cloud, region }).flatMap(([key, kept]) => {
        const value = given[key as keyof Place] ?? kept;
        return value ? [[key, value]] : [];
      });
      const place = Object.fromEntries(settled);
      const changed: StoredProfile = { ...rest, ...place };
      await judgePlace(io, name, given, place);
      await writeProfiles(io, { ...file, profiles: { ...file.profiles, [name]: changed } });
      io.stderr.write(`Changed profile "${name}".\n`);
    });
}

type Place = Pick<StoredProfile, "environment" | "cloud" | "region">;
type PartialPlace = { readonly [Key in keyof Place]: string | undefined };

/** Asks the server about what is `given` and not empty. Without its answer all is kept, and said to be unchecked. */
async function judgePlace(io: Io, profile: string, given: PartialPlace, place: Place) {
  if (!Object.values(given).some((value) => value)) return;
  const { ClientError } = await import("../../client/client-error.ts");
  const { judgeEnvironment, judgeRegion, openSession } = await import("../session.ts");
  try {
    const known = await (await openSession(io, { profile })).whoami();
    if (given.environment) judgeEnvironment(known, given.environment);
    if (given.cloud || given.region) judgeRegion(known, place);
  } catch (error) {
    if (!(error instanceof ClientError) || error.kind !== "unreachable") throw error;
    io.stderr.write(`${error.message} So it is not known whether there is such a place; it is kept.\n`);
  }
}

function deleteCommand(io: Io): Command {
  return new Command("delete")
    .description("Forget a profile with its key.")
    .addArgument(completedArgument("<name>", "Profile.", "profile"))
    .action(async (name: string) => {
      await writeProfiles(io, withoutProfile(await readProfiles(io), name));
      io.stderr.write(`Forgot profile "${name}". Its API key still holds at the server.\n`);
    });
}

/** What may be shown: everything but the secret. */
function fieldsOf(name: string, profile: StoredProfile): PrintedField[] {
  return [
    { key: "name", label: "Name", value: name },
    { key: "url", label: "URL", value: profile.url },
    { key: "api_key", label: "API Key", value: profile.api_key },
    { key: "environment", label: "Environment", value: profile.environment },
    { key: "cloud", label: "Cloud", value: profile.cloud },
    { key: "region", label: "Region", value: profile.region },
  ];
}

function currentOf(io: Io, file: ProfileFile): string {
  const name = io.env.KEYMOOR_PROFILE || file.current;
  if (name !== undefined) return name;
  throw new UsageError("There is no current profile.", {
    hint: "`keymoor profile use NAME` chooses one; `keymoor login` makes one.",
  });
}
