import type { Argument, Option } from "commander";
import { connectionTypes } from "../../connections/types/index.ts";
import type { Io } from "../io.ts";
import { readProfiles } from "../profile-file.ts";
import { openSession, type PlaceFlags, type Session } from "../session.ts";
import type { TypedLine, ValueSource } from "./complete-words.ts";
import { type ArgumentValues, valuesOf } from "./completed-argument.ts";
import {
  apiKeyIds,
  computePoolIds,
  connectionNames,
  longestWaitMs,
  orNothing,
  roleBindingIds,
  serviceAccountIds,
  statementNames,
  useTokenIds,
  versionNumbers,
} from "./server-names.ts";

/** Where the values of flags and arguments come from: the catalogue of types, the file of profiles, the server. */
export function valueSource(io: Io): ValueSource {
  const ask = (line: TypedLine, question: (session: Session) => Promise<readonly string[]>) =>
    orNothing(async () => question(await openSession(io, placeOf(line), { timeoutMs: longestWaitMs })));
  const profiles = () => orNothing(async () => Object.keys((await readProfiles(io)).profiles));
  const environments = (line: TypedLine) =>
    ask(line, async ({ whoami }) => (await whoami()).environments.map(({ id }) => id));
  const connections = (line: TypedLine) =>
    ask(line, async ({ client, place }) => connectionNames(client, await place()));

  const statements = (line: TypedLine) =>
    ask(line, async ({ client, place }) => statementNames(client, await place()));
  const computePools = (line: TypedLine) =>
    ask(line, async ({ client, environment }) => computePoolIds(client, await environment()));
  const serviceAccounts = (line: TypedLine) => ask(line, ({ client }) => serviceAccountIds(client));
  const useTokens = (line: TypedLine) =>
    ask(line, async ({ client, whoami, environment }) =>
      useTokenIds(client, {
        organizationId: (await whoami()).organization.id,
        environmentId: await environment(),
      }),
    );
  const versions = (line: TypedLine) =>
    ask(line, async ({ client, place }) => versionNumbers(client, await place(), line.args[0] ?? ""));
  const named = {
    connection: connections,
    statement: statements,
    use_token: useTokens,
    version: versions,
    environment: environments,
    compute_pool: computePools,
    service_account: serviceAccounts,
    api_key: (line: TypedLine) => ask(line, ({ client }) => apiKeyIds(client)),
    role_binding: (line: TypedLine) => ask(line, ({ client }) => roleBindingIds(client)),
    profile: profiles,
  } satisfies Record<Extract<ArgumentValues, string>, (line: TypedLine) => Promise<readonly string[]>>;

  const ofOption = (option: Option, line: TypedLine) => {
    const name = option.long?.slice(2) ?? "";
    if (option.argChoices !== undefined) return option.argChoices;
    switch (name) {
      case "output":
        return ["human", "json", "yaml"];
      case "type":
        return connectionTypes.map((type) => type.name);
      case "status":
        return ["completed", "failed", "pending", "running", "stopped"];
      case "profile":
        return profiles();
      case "environment":
        return environments(line);
      case "cloud":
        return ask(line, async ({ whoami }) => clouds(await whoami()));
      case "region":
        return ask(line, async ({ whoami }) => regions(await whoami(), line.flags.cloud));
      case "compute-pool":
        return computePools(line);
      case "service-account":
      case "owner":
      case "principal":
        return serviceAccounts(line);
      case "version":
        return versions(line);
      case "connection":
      case "connections":
        return connections(line);
      default:
        return listedValues(name);
    }
  };

  const ofArgument = async (argument: Argument, line: TypedLine) => {
    const values = valuesOf(argument);
    if (values === undefined) return [];
    const known = typeof values === "string" ? await named[values](line) : values;
    // Naming one twice says nothing.
    return known.filter((value) => !line.args.includes(value));
  };
  return { ofOption, ofArgument };
}

interface Regions {
  readonly regions: readonly { readonly cloud: string; readonly region: string }[];
}

function clouds({ regions }: Regions): readonly string[] {
  return [...new Set(regions.map(({ cloud }) => cloud.toLowerCase()))];
}

function regions({ regions }: Regions, cloud: string | undefined): readonly string[] {
  const wanted = regions.filter((one) => !cloud || one.cloud.toLowerCase() === cloud.toLowerCase());
  return [...new Set(wanted.map(({ region }) => region))];
}

/** Of an option that some type lists the values of, such as `--transport-type`. */
function listedValues(key: string): readonly string[] {
  const values = connectionTypes.flatMap(({ options, auth }) =>
    [options, ...auth.map(({ fields }) => fields)].flatMap((fields) => fields[key]?.values ?? []),
  );
  return [...new Set(values)];
}

function placeOf({ flags }: TypedLine): PlaceFlags {
  const { profile, environment, cloud, region } = flags;
  return {
    ...(profile && { profile }),
    ...(environment && { environment }),
    ...(cloud && { cloud }),
    ...(region && { region }),
  };
}
