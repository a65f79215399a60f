import type { Option } from "commander";
import { connectionTypes } from "../../connections/types/index.ts";
import type { Io } from "../io.ts";
import { pathOf } from "../prepare-commands.ts";
import { readProfiles } from "../profile-file.ts";
import { openSession, type PlaceFlags, type Session } from "../session.ts";
import type { TypedLine, ValueSource } from "./complete-words.ts";
import { computePoolIds, connectionNames, longestWaitMs, orNothing, statementNames } from "./server-names.ts";

/** Where the values of flags and arguments come from: the catalogue of types, the file of profiles, the server. */
export function valueSource(io: Io): ValueSource {
  const ask = (line: TypedLine, question: (session: Session) => Promise<readonly string[]>) =>
    orNothing(async () => question(await openSession(io, placeOf(line), { timeoutMs: longestWaitMs })));
  const profiles = () => orNothing(async () => Object.keys((await readProfiles(io)).profiles));
  const environments = (line: TypedLine) =>
    ask(line, async ({ whoami }) => (await whoami()).environments.map(({ id }) => id));
  const connections = (line: TypedLine) =>
    ask(line, async ({ client, place }) => connectionNames(client, await place()));

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
        return ask(line, async ({ client, environment }) => computePoolIds(client, await environment()));
      case "connection":
      case "connections":
        return connections(line);
      default:
        return listedValues(name);
    }
  };

  const ofArgument = (line: TypedLine) => {
    const path = pathOf(line.command).replace(/^keymoor /, "");
    // A new one has no name yet, and one name is as good as another only for those that take several.
    if (/ create$/.test(path)) return [];
    const isFurther = line.args.length > 0;
    if (isFurther && !line.command.registeredArguments.at(-1)?.variadic) return [];
    if (path === "completion") return ["bash", "fish", "zsh"];
    if (/^(flink )?connection /.test(path)) return without(connections(line), line.args);
    if (/^(flink )?statement /.test(path)) {
      return without(
        ask(line, async ({ client, place }) => statementNames(client, await place())),
        line.args,
      );
    }
    if (path.startsWith("environment ")) return environments(line);
    if (/compute-pool /.test(path)) {
      return ask(line, async ({ client, environment }) => computePoolIds(client, await environment()));
    }
    return path.startsWith("profile ") ? profiles() : [];
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

async function without(
  names: Promise<readonly string[]>,
  given: readonly string[],
): Promise<readonly string[]> {
  return (await names).filter((name) => !given.includes(name));
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
