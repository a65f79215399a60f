import type { Command } from "commander";
import { requiredKeys } from "../connections/accepted-options.ts";
import type { ConnectionType } from "../connections/define.ts";
import { connectionTypes } from "../connections/types/index.ts";
import { CommandFailure } from "./command-failure.ts";
import {
  authData,
  type FlagValues,
  fieldsOf,
  type GivenOptions,
  givenKeys,
  methodOf,
  typeNames,
} from "./credential-flags.ts";
import { wrongUsage } from "./prepare-commands.ts";
import { wordList } from "./word-list.ts";

/**
 * The checks of Confluent's CLI, in its order and words (contract/cli.md 5), so that its documentation holds here: they
 * repeat the values of `--type` and `--transport-type`, which are no secrets, and of no other flag.
 */
export function judgeFlagGroups(command: Command, flags: FlagValues): void {
  const given = new Set(givenKeys(flags));
  for (const group of groupsOfFlags()) {
    const missing = group.filter((key) => !given.has(key)).sort();
    if (missing.length === 0 || missing.length === group.length) continue;
    throw wrongUsage(
      command,
      `if any flags in the group [${group.join(" ")}] are set they must all be set; missing [${missing.join(" ")}]`,
      "exact",
    );
  }
  const exclusive = exclusiveFlags.filter((key) => given.has(key)).sort();
  if (exclusive.length < 2) return;
  throw wrongUsage(
    command,
    `if any flags in the group [${exclusiveFlags.join(" ")}] are set none of the others can be; [${exclusive.join(" ")}] were all set`,
    "exact",
  );
}

export function judgeType(name: string): ConnectionType {
  const type = connectionTypes.find((known) => known.name === name);
  if (type !== undefined) return type;
  throw new CommandFailure(`invalid connection type ${name}`, {
    hint: `Specify the connection type as ${wordList(typeNames, "or")}.`,
  });
}

/** `auth_data.data` for the given flags of this type. */
export function judgeSecrets(type: ConnectionType, given: GivenOptions): Record<string, string> {
  const fields = fieldsOf(type);
  const filled = new Map([...given].filter(([, value]) => !value.isEmpty));
  for (const key of filled.keys()) {
    if (fields[key] !== undefined) continue;
    throw new CommandFailure(`${key} is invalid for connection ${type.name}.`, {
      hint: `Valid secret types are ${wordList(Object.keys(fields), "or")}.`,
    });
  }
  judgeValues(type, filled);
  judgeComplete(type, filled);
  for (const [key, { onlyWith }] of Object.entries(type.options)) {
    const other = onlyWith && filled.get(onlyWith.option)?.reveal();
    const isOther = other !== undefined && other !== onlyWith?.value;
    if (!filled.has(key) || !isOther || !fields[onlyWith?.option ?? ""]?.values?.includes(other)) continue;
    throw new CommandFailure(`${key} flag is not allowed for ${other} ${onlyWith?.option}`);
  }
  return authData(type, filled);
}

function judgeValues(type: ConnectionType, given: GivenOptions): void {
  for (const [key, { values }] of Object.entries(type.options)) {
    const value = given.get(key)?.reveal();
    if (values === undefined || value === undefined || values.includes(value.toUpperCase())) continue;
    throw new CommandFailure(`${value} is invalid value for flag ${key}.`, {
      hint: `Valid values for flag ${key} are ${wordList(values, "or")}.`,
    });
  }
}

function judgeComplete(type: ConnectionType, given: GivenOptions): void {
  const [only, other] = type.auth;
  if (only !== undefined && other === undefined) {
    const missing = requiredKeys(only).find((key) => !given.has(key));
    if (missing !== undefined) throw new CommandFailure(`must provide ${missing} for type ${type.name}`);
    return;
  }
  if (methodOf(type, given) !== undefined) return;
  const ways = type.auth.map((method) => `[${requiredKeys(method).join(" ")}]`);
  throw new CommandFailure(
    `no secrets provided for type ${type.name}, one of the required secrets ${wordList(ways, "or")} must be provided`,
  );
}

/** Flags that are required together: those of each way to authenticate that has several. In alphabetical order. */
function groupsOfFlags(): readonly (readonly string[])[] {
  const groups = new Map<string, readonly string[]>();
  for (const method of connectionTypes.flatMap(({ auth }) => auth)) {
    const keys = requiredKeys(method);
    if (keys.length > 1) groups.set(keys.join(" "), keys);
  }
  return [...groups].sort(([one], [another]) => (one < another ? -1 : 1)).map(([, keys]) => keys);
}

/** In Confluent's order. */
const exclusiveFlags = ["username", "client-id", "api-key", "token"];
