import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import { requireField } from "./accepted-options.ts";
import type { ConnectionType, Field } from "./define.ts";
import { judgeUrlOption } from "./judge-url.ts";
import { looksLikeReference } from "./looks-like-reference.ts";

export const secretMaxBytes = 4000;

/**
 * The options as given, each judged by itself: known to the type, no mask, not too long, and for public ones a value
 * of the right form, in its canonical case. An empty value passes; whether it may be empty depends on the others.
 */
export function judgeOptions(
  type: ConnectionType,
  given: ReadonlyMap<string, Secret>,
): ReadonlyMap<string, Secret> {
  // Keys first, so that a misplaced value is not judged under a key it does not belong to.
  const fields = [...given].map(([key, value]) => ({ key, value, field: requireField(type, key) }));
  return new Map(fields.map(({ key, value, field }) => [key, judgeValue(type, key, field, value)]));
}

function judgeValue(type: ConnectionType, key: string, field: Field, value: Secret): Secret {
  if (value.isEmpty) return value;
  if (isMask(value)) {
    throw new KeymoorError("secret_is_mask", `Option "${key}" was given a mask in place of its value.`, {
      hint: "Keymoor shows masks and never the value; send the value itself.",
      option: key,
      pointer,
    });
  }
  if (field.public === true) return judgePublicValue(type, key, field, value.reveal());
  if (value.sizeBytes > secretMaxBytes) {
    throw new KeymoorError("secret_too_long", `Option "${key}" is longer than ${secretMaxBytes} bytes.`, {
      hint: "The length counts in UTF-8 bytes.",
      option: key,
      pointer,
    });
  }
  return value;
}

/** What Keymoor, Confluent and people's own tools show in place of a secret. */
function isMask(value: Secret): boolean {
  return /^\s*(?:[<[]redacted[>\]]|\*{3,})\s*$/i.test(value.reveal());
}

function judgePublicValue(type: ConnectionType, key: string, field: Field, text: string): Secret {
  if (field.values !== undefined) return new Secret(requireListed(key, field.values, text));
  if (looksLikeReference(text)) {
    throw new KeymoorError("option_value_invalid", `Option "${key}" has a reference in it.`, {
      hint: "Only what is sealed may be a reference; everyone who may list sees this option as it is.",
      option: key,
      pointer,
    });
  }
  if (field.form === "url" || field.form === "url-or-path") judgeUrlOption(type, key, field.form, text);
  return new Secret(text);
}

function requireListed(key: string, values: readonly string[], text: string): string {
  const value = values.find((listed) => listed === text.toUpperCase());
  if (value !== undefined) return value;
  throw new KeymoorError("option_value_invalid", `Option "${key}" has a value that it does not take.`, {
    hint: `It takes ${values.join(" or ")}, in any case.`,
    option: key,
    pointer,
  });
}

const pointer = "/spec/auth_data/data";
