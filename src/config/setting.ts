import { type Static, type TSchema, Type } from "@sinclair/typebox";
import { Check } from "@sinclair/typebox/value";
import type { Secret } from "../secret.ts";

/** Everything there is to know about one setting; flags, environment, file, `--help` and docs derive from it. */
export interface Setting<Schema extends TSchema = TSchema> {
  readonly schema: Schema;
  readonly group: SettingGroup;
  /** Completes the sentence "KEYMOOR_PORT must be ...". */
  readonly rule: string;
  /** What it does: one to three sentences of the manual. */
  readonly about: string;
  readonly default?: Static<Schema> | readonly [];
  /** What holds when it is unset and there is no fixed default. */
  readonly whenUnset?: string;
  readonly unit?: string;
  /** A path is made absolute: from the working directory, or from the configuration file's folder when it stands there. */
  readonly isPath?: true;
  /** Kept as a Secret, never repeated, and without a flag, because others see the command line of a process. */
  readonly isSecret?: true;
  /** Judges what a schema cannot say. */
  judge?(value: Static<Schema>): boolean;
}

export type SettingGroup = "Server" | "Data" | "Secrets" | "Calls" | "Behaviour" | "Observation";

export type ValueOf<S extends Setting> = S extends { readonly isSecret: true } ? Secret : Static<S["schema"]>;

/** Keeps the exact type of a setting, which the type of the configuration is made of. */
export function setting<Schema extends TSchema, const S extends Omit<Setting<Schema>, "schema">>(
  schema: Schema,
  facts: S,
): S & { readonly schema: Schema } {
  return { schema, ...facts };
}

export function oneOf<const Words extends readonly string[]>(...words: Words) {
  return Type.Union(words.map((word) => Type.Literal(word as Words[number])));
}

/**
 * The value of a setting from what a flag, a variable (text) or the file (text, numbers, booleans, lists) says;
 * `undefined` when it breaks the rule.
 */
export function parseSetting(setting: Setting, given: unknown): unknown {
  const value = typeof given === "string" ? fromText(setting.schema, given.trim()) : given;
  if (!Check(setting.schema, value)) return undefined;
  return setting.judge === undefined || setting.judge(value) ? value : undefined;
}

const yes = ["1", "true", "on", "yes"];
const no = ["0", "false", "off", "no"];

function fromText(schema: TSchema, text: string): unknown {
  if (schema.type === "integer") return /^\d{1,15}$/.test(text) ? Number(text) : text;
  if (schema.type === "array") return text.split(",").flatMap((item) => item.trim() || []);
  if (schema.type === "boolean") {
    if (yes.includes(text.toLowerCase())) return true;
    return no.includes(text.toLowerCase()) ? false : text;
  }
  // A union of words is taken in any case.
  return schema.anyOf === undefined ? text : text.toLowerCase();
}
