import type { Client } from "../../client/client.ts";
import { environmentPath, type Place, regionHeaders } from "../../client/place.ts";

/** Whoever pressed Tab waits no longer for the server, and is never told why nothing came. */
export const longestWaitMs = 1500;

/** What a list has to offer, or nothing when the server does not answer in time or refuses. */
export async function orNothing<Name>(work: () => Promise<readonly Name[]>): Promise<readonly Name[]> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<readonly Name[]>((resolve) => {
    timer = setTimeout(() => resolve([]), longestWaitMs);
  });
  try {
    return await Promise.race([work(), timeout]);
  } catch {
    // A completion has nowhere to say why; the command itself will.
    return [];
  } finally {
    clearTimeout(timer);
  }
}

export function connectionNames(client: Client, place: Place): Promise<readonly string[]> {
  return namesOf(client, `/sql/v1${environmentPath(place)}/connections`, place);
}

export function statementNames(client: Client, place: Place): Promise<readonly string[]> {
  return namesOf(client, `/sql/v1${environmentPath(place)}/statements`, place);
}

/** Of the first page only: nobody picks one of more by Tab. */
async function namesOf(client: Client, path: string, place: Place): Promise<readonly string[]> {
  const page: { readonly data: readonly { readonly name: string }[] } = await client.request({
    path,
    query: { page_size: 100 },
    headers: regionHeaders(place),
    timeoutMs: longestWaitMs,
  });
  return page.data.map(({ name }) => name);
}

export async function computePoolIds(client: Client, environment: string): Promise<readonly string[]> {
  const page: { readonly data: readonly { readonly id: string }[] } = await client.request({
    path: "/fcpm/v2/compute-pools",
    query: { environment, page_size: 100 },
  });
  return page.data.map(({ id }) => id);
}
