import { type Client, listed, type Query } from "../../client/client.ts";
import { type EnvironmentPlace, environmentPath, type Place, regionHeaders } from "../../client/place.ts";
import { listVersions } from "../../client/versions.ts";
import { printable } from "../output/printable.ts";

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
  // The shell for statements shows them as they are.
  return listed(page.data, client.url).flatMap(({ name }) => (name === printable(name) ? name : []));
}

export function computePoolIds(client: Client, environment: string): Promise<readonly string[]> {
  return idsOf(client, "/fcpm/v2/compute-pools", { environment });
}

export function serviceAccountIds(client: Client): Promise<readonly string[]> {
  return idsOf(client, "/iam/v2/service-accounts");
}

export function apiKeyIds(client: Client): Promise<readonly string[]> {
  return idsOf(client, "/iam/v2/api-keys");
}

export function roleBindingIds(client: Client): Promise<readonly string[]> {
  return idsOf(client, "/iam/v2/role-bindings");
}

async function idsOf(client: Client, path: string, query: Query = {}): Promise<readonly string[]> {
  const page: { readonly data: readonly { readonly id: string }[] } = await client.request({
    path,
    query: { ...query, page_size: 100 },
  });
  return listed(page.data, client.url).map(({ id }) => id);
}

/** Those that can still be revoked. */
export async function useTokenIds(client: Client, place: EnvironmentPlace): Promise<readonly string[]> {
  const page: { readonly data: readonly { readonly id: string; readonly revoked_at: string | null }[] } =
    await client.request({
      path: `/keymoor/v1${environmentPath(place)}/use-tokens`,
      query: { page_size: 100 },
    });
  return listed(page.data, client.url).flatMap(({ id, revoked_at }) => (revoked_at === null ? [id] : []));
}

/** Those that one can go back to. */
export async function versionNumbers(client: Client, place: Place, name: string): Promise<readonly string[]> {
  const { current, data } = await listVersions(client, place, name);
  return listed(data, client.url).flatMap(({ version }) => (version === current ? [] : [String(version)]));
}
