import type { Client } from "../client/client.ts";
import { ClientError } from "../client/client-error.ts";
import { type Dependants, firstDependants } from "../client/dependants.ts";
import type { Place } from "../client/place.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";

/** More would hide the question that follows. */
const mostShown = 3;

/** Says what stands on connections that are about to be deleted; of those on which nothing does, nothing. */
export async function tellDependants(
  io: Io,
  client: Client,
  place: Place,
  names: readonly string[],
): Promise<void> {
  for (const name of new Set(names)) {
    const found = await orNothing(() => firstDependants(client, place, name));
    const sentence = found === undefined ? undefined : sentenceOf(name, found);
    if (sentence !== undefined) io.stderr.write(`${printable(sentence)}\n`);
  }
}

/** An older server does not know what depends on what; that is no reason not to ask. */
async function orNothing<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ClientError) return undefined;
    throw error;
  }
}

function sentenceOf(name: string, { data, callers }: Dependants): string | undefined {
  const objects = new Set(data.map((one) => `${one.object_kind.toLowerCase()} ${one.object_name}`));
  const principals = new Set(callers.map(({ principal }) => principal));
  const parts = [
    ...(objects.size === 0 ? [] : [`is named by ${shortList([...objects])}`]),
    ...(principals.size === 0 ? [] : [`was called in the last 30 days by ${shortList([...principals])}`]),
  ];
  if (parts.length === 0) return undefined;
  return `Connection "${name}" ${parts.join(", and ")}. \`keymoor connection dependants ${name}\` shows all.`;
}

function shortList(texts: readonly string[]): string {
  const shown = texts.slice(0, mostShown);
  return texts.length > mostShown ? `${shown.join(", ")} and others` : shown.join(", ");
}
