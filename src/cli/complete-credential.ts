import { requiredKeys } from "../connections/accepted-options.ts";
import type { AuthMethod, ConnectionType, Field } from "../connections/define.ts";
import { Secret } from "../secret.ts";
import { askOnTerminal } from "./ask-on-terminal.ts";
import { type GivenOptions, methodOf } from "./credential-flags.ts";
import type { Io } from "./io.ts";
import { canPrompt, promptSecret } from "./prompt-secret.ts";

/** Asks on a terminal for what no flag gives: the way to authenticate, then its fields. Elsewhere nothing is added. */
export async function completeCredential(
  io: Io,
  type: ConnectionType,
  given: GivenOptions,
): Promise<GivenOptions> {
  if (!canPrompt(io)) return given;
  const method = methodOf(type, given) ?? emptied(type, given) ?? (await chooseMethod(io, type));
  const completed = new Map(given);
  if (method === "none") {
    for (const key of anonymousKeys(type)) completed.set(key, new Secret(""));
    return completed;
  }
  for (const key of requiredKeys(method)) {
    const field = method.fields[key];
    if (field === undefined || completed.has(key)) continue;
    // A key file of many lines cannot be typed into one; the refusal that follows names its flag.
    if (field.form === "text") continue;
    completed.set(key, await ask(io, field));
  }
  return completed;
}

/** A way whose fields were given empty on purpose. */
function emptied(type: ConnectionType, given: GivenOptions): AuthMethod | undefined {
  return type.auth.find(({ fields }) => Object.keys(fields).some((key) => given.has(key)));
}

async function chooseMethod(io: Io, type: ConnectionType): Promise<AuthMethod | "none"> {
  const [only, other] = type.auth;
  if (only !== undefined && other === undefined) return only;
  const { select } = await import("@clack/prompts");
  return askOnTerminal<AuthMethod | "none">(io, (streams) =>
    select<AuthMethod | "none">({
      message: `How does the ${type.label} authenticate?`,
      options: [
        ...type.auth.map((method) => ({ value: method, label: method.label })),
        ...(anonymousKeys(type).length > 0 ? [{ value: "none" as const, label: "Not at all" }] : []),
      ],
      ...streams,
    }),
  );
}

async function ask(io: Io, field: Field): Promise<Secret> {
  if (field.secret === true) return promptSecret(io, field.label);
  const { text } = await import("@clack/prompts");
  const answer = await askOnTerminal<string | undefined>(io, (streams) =>
    text({ message: field.label, ...streams }),
  );
  return new Secret(answer ?? "");
}

function anonymousKeys(type: ConnectionType): string[] {
  const method = type.allowsAnonymous
    ? type.auth.find(({ anonymousWhenEmpty }) => anonymousWhenEmpty)
    : undefined;
  return method === undefined ? [] : requiredKeys(method);
}
