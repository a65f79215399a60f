import { KeymoorError } from "../errors.ts";
import { nearest } from "../nearest.ts";
import { Secret } from "../secret.ts";
import { connectionTypes } from "./types/index.ts";

interface AuthData {
  readonly options: Map<string, Secret>;
  readonly authType: string | undefined;
}

/** Reads REST's `auth_data.data`: a JSON object in a string, which is what every client sends. */
export function parseAuthData(data: string): AuthData {
  const options = new Map<string, Secret>();
  let authType: string | undefined;
  for (const [wire, value] of Object.entries(parseObject(data))) {
    const key = wire === authTypeKey ? undefined : optionKey(wire);
    if (typeof value !== "string") {
      throw new KeymoorError("option_value_invalid", `"${wire}" in auth_data.data is not a string.`, {
        hint: "Every value in it is a string.",
        pointer,
      });
    }
    if (key === undefined) authType = value;
    else options.set(key, new Secret(value));
  }
  return { options, authType };
}

/** The SQL option that a key of `auth_data.data` stands for: `OAUTH2_SCOPE` is `scope`. */
export function optionKey(wire: string): string {
  const key = keysByWire.get(wire);
  if (key !== undefined) return key;
  const near = nearest(wire, [...keysByWire.keys(), authTypeKey]);
  // A key that resembles none is not repeated: key and value may have been swapped.
  throw new KeymoorError(
    "option_unknown",
    near === undefined ? "A key in auth_data.data is unknown." : `Unknown key "${wire}" in auth_data.data.`,
    {
      hint:
        near === undefined ? `The keys are ${[...keysByWire.keys()].join(", ")}.` : `Did you mean "${near}"?`,
      pointer,
    },
  );
}

const authTypeKey = "AUTH_TYPE";

const keysByWire: ReadonlyMap<string, string> = new Map(
  connectionTypes.flatMap((type) =>
    [type.options, ...type.auth.map(({ fields }) => fields)].flatMap((fields) =>
      Object.entries(fields).map(([key, { wire }]): [string, string] => [wire, key]),
    ),
  ),
);

function parseObject(data: string): object {
  const value = parseJson(data);
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new KeymoorError("invalid_request", "auth_data.data is not a JSON object in a string.", {
    hint: `For example: "{\\"API_KEY\\":\\"...\\"}".`,
    pointer,
  });
}

function parseJson(data: string): unknown {
  try {
    return JSON.parse(data);
  } catch {
    // The parser's message quotes the text, which may hold secrets.
    return undefined;
  }
}

const pointer = "/spec/auth_data/data";
