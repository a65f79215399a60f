import type { Command } from "commander";
import type { AuthMethod, ConnectionType, Field } from "../connections/define.ts";
import { connectionTypes } from "../connections/types/index.ts";
import type { Secret } from "../secret.ts";
import type { Io } from "./io.ts";
import { readSecrets } from "./read-secret.ts";
import { wordList } from "./word-list.ts";

/** Values of the flags of a command, by commander's names. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** What the flags say about a credential. Nobody knows yet what is a secret, so all are. By option key. */
export type GivenOptions = ReadonlyMap<string, Secret>;

/** Names of all types, in the order users see. */
export const typeNames: readonly string[] = connectionTypes.map(({ name }) => name);

/** Every option key of every type, once, with the types that have it. */
const optionFlags: ReadonlyMap<string, { readonly field: Field; readonly types: readonly string[] }> =
  (() => {
    const flags = new Map<string, { field: Field; types: string[] }>();
    for (const type of connectionTypes) {
      for (const [key, field] of Object.entries(fieldsOf(type))) {
        const known = flags.get(key);
        if (known === undefined) flags.set(key, { field, types: [type.name] });
        else if (!known.types.includes(type.name)) known.types.push(type.name);
      }
    }
    return flags;
  })();

/** Adds a flag for every option of every type; a secret's may also name a file, or be `-` for standard input. */
export function addCredentialOptions(command: Command): Command {
  for (const [key, { field, types }] of optionFlags) {
    const about = `${field.label} for the type: ${wordList(types, "or")}.`;
    if (field.secret !== true) {
      command.option(`--${key} <value>`, about + (field.default ? ` Default: ${field.default}.` : ""));
      continue;
    }
    command.option(`--${key} <value>`, `${about} - is standard input.`);
    command.option(`--${key}-file <path>`, `File that has it; - is standard input.`);
  }
  return command;
}

/** Keys whose flags are given, also with an empty value, in the order of the types. */
export function givenKeys(flags: FlagValues): string[] {
  return [...optionFlags.keys()].filter(
    (key) => flags[camelCase(key)] !== undefined || flags[camelCase(`${key}-file`)] !== undefined,
  );
}

/** Reads what the flags give: values, files and standard input. */
export async function readGivenOptions(io: Io, flags: FlagValues): Promise<GivenOptions> {
  const sources = givenKeys(flags).map((key) => ({
    flag: key,
    value: textOf(flags[camelCase(key)]),
    file: textOf(flags[camelCase(`${key}-file`)]),
    isSecret: optionFlags.get(key)?.field.secret === true,
    isText: optionFlags.get(key)?.field.form === "text",
  }));
  return await readSecrets(io, sources);
}

/** Fields of the type and of all its ways to authenticate. */
export function fieldsOf(type: ConnectionType): Readonly<Record<string, Field>> {
  return Object.assign({}, ...type.auth.map(({ fields }) => fields), type.options);
}

/** `auth_data.data` of a connection, with `AUTH_TYPE` as Confluent's CLI adds it (contract/cli.md 4). */
export function authData(type: ConnectionType, given: GivenOptions): Record<string, string> {
  const fields = fieldsOf(type);
  const data: Record<string, string> = {};
  for (const [key, value] of given) {
    const field = fields[key];
    if (field !== undefined) data[field.wire] = value.reveal();
  }
  const authType = methodOf(type, given)?.wire;
  return authType === undefined ? data : { ...data, AUTH_TYPE: authType };
}

/** The first way to authenticate that a value is given for. */
export function methodOf(type: ConnectionType, given: GivenOptions): AuthMethod | undefined {
  const isGiven = (key: string) => given.get(key)?.isEmpty === false;
  return type.auth.find(({ fields }) => Object.keys(fields).some(isGiven));
}

function camelCase(key: string): string {
  return key.replace(/-(\w)/g, (_dash, letter: string) => letter.toUpperCase());
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
