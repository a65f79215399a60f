import { dirname, resolve } from "node:path";
import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { readYaml } from "../read-yaml.ts";
import { Secret } from "../secret.ts";
import { judgeConfig } from "./judge-config.ts";
import { parseSetting, type Setting } from "./setting.ts";
import {
  type Config,
  configFileVariable,
  flagOf,
  type SettingName,
  settings,
  variableOf,
} from "./settings.ts";

export interface ConfigSources {
  /** Texts of flags by setting name; `config` is the path of the file. Secrets never come this way. */
  readonly flags: Readonly<Record<string, string | undefined>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Relative paths of flags and variables begin here. */
  readonly folder: string;
  /** `KEYMOOR_*` variables that are no settings and somebody else reads. */
  readonly otherVariables?: readonly string[];
}

export interface LoadedConfig {
  readonly config: Config;
  readonly warnings: readonly string[];
}

/** A setting as some source gave it. `name` is what its error calls it. */
interface Given {
  readonly name: string;
  readonly value: unknown;
  readonly folder: string;
}

const names = Object.keys(settings) as SettingName[];

/** Puts the configuration together. A flag goes before a variable, a variable before the file, the file before the default. */
export function loadConfig(sources: ConfigSources): LoadedConfig {
  const file = settingsOfFile(sources);
  const config = Object.fromEntries(
    names.map((name) => [
      name,
      resolveValue(settings[name], fromSources(name, sources) ?? file.get(name), sources.folder),
    ]),
  ) as Config;
  judgeConfig(config);
  return { config, warnings: unknownVariables(sources) };
}

function fromSources(name: SettingName, { flags, env, folder }: ConfigSources): Given | undefined {
  const flag = flags[name];
  if (flag !== undefined) return { name: flagOf(name), value: flag, folder };
  const variable = env[variableOf(name)];
  // Compose files and charts set what they leave out to nothing.
  return variable ? { name: variableOf(name), value: variable, folder } : undefined;
}

function settingsOfFile({ flags, env, folder }: ConfigSources): ReadonlyMap<SettingName, Given> {
  const path = flags.config ?? env[configFileVariable];
  if (!path) return new Map();
  const file = resolve(folder, path);
  const document = readYaml(file, "configuration file") ?? {};
  if (typeof document !== "object" || Array.isArray(document)) {
    throw cannotStart(
      `The configuration file ${file} is not a list of settings.`,
      "Write one `name: value` on each line.",
    );
  }
  const given = new Map<SettingName, Given>();
  for (const [key, value] of Object.entries(document)) {
    const name = names.find((known) => known === key);
    if (name === undefined) throw unknownKey(key, file);
    if (value !== null) given.set(name, { name: `"${name}" in ${file}`, value, folder: dirname(file) });
  }
  return given;
}

function resolveValue(setting: Setting, given: Given | undefined, folder: string): unknown {
  if (given === undefined) {
    const fallback = setting.default;
    return setting.isPath && typeof fallback === "string" ? resolve(folder, fallback) : fallback;
  }
  const value = parseSetting(setting, given.value);
  if (value === undefined) throw cannotStart(`${given.name} must be ${setting.rule}.`, hintFor(given));
  if (typeof value !== "string") return value;
  if (setting.isSecret) return new Secret(value);
  return setting.isPath ? resolve(given.folder, value) : value;
}

/** For a Service named `keymoor` Kubernetes sets KEYMOOR_PORT to `tcp://...` in every pod of its namespace. */
function hintFor({ name, value }: Given): string | undefined {
  if (name !== variableOf("port") || typeof value !== "string" || !value.startsWith("tcp://"))
    return undefined;
  return "Kubernetes set it for a Service of that name: write `enableServiceLinks: false` in the pod, or set the port yourself.";
}

function unknownKey(key: string, file: string): KeymoorError {
  const close = nearest(key, names);
  return cannotStart(
    `The configuration file ${file} has the unknown setting "${key}".`,
    close === undefined ? "docs/configuration.md lists them all." : `Did you mean "${close}"?`,
  );
}

/** One line for all of them: a misspelt variable must not pass unseen, but other programs may use the prefix too. */
function unknownVariables({ env, otherVariables = [] }: ConfigSources): readonly string[] {
  const known = [...names.map(variableOf), configFileVariable, ...otherVariables];
  const unknown = Object.keys(env).filter((name) => name.startsWith("KEYMOOR_") && !known.includes(name));
  if (unknown.length === 0) return [];
  const described = unknown.sort().map((name) => {
    const close = nearest(name, known);
    return close === undefined ? name : `${name} (did you mean ${close}?)`;
  });
  return [`Not a setting, so not used: ${described.join(", ")}.`];
}

function cannotStart(message: string, hint?: string): KeymoorError {
  return new KeymoorError("cannot_start", message, hint === undefined ? {} : { hint });
}
