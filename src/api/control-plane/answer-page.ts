import type { FastifyRequest } from "fastify";
import type { Caller } from "../../access/caller.ts";
import type { PageRequest } from "../../operations/page-within.ts";
import type { Origin, Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import { listMetadata } from "../list-page.ts";
import { type PageScope, readPageToken } from "../page-token.ts";

type PageQuery = { readonly page_size: number; readonly page_token?: string };

interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  readonly totalSize: number | undefined;
}

interface List<Item> {
  readonly path: string;
  /** `page` throws what is wrong with the query, so it is asked for before anything else of that. */
  readonly read: (caller: Caller, origin: Origin, page: () => PageRequest) => Promise<Page<Item>>;
  /** What the query filters by: a page token holds for that alone. */
  readonly filter?: () => readonly (string | undefined)[];
  /** The same by name, for the URL of the next page. What names nothing is not repeated. */
  readonly repeated?: (first: Item | undefined) => Readonly<Record<string, string | undefined>>;
}

/** Of a list that has nothing. */
export const emptyPage: Page<never> = { items: [], next: undefined, totalSize: 0 };

/** The page of a list of the control plane that a request asks for, and the metadata that lead on from it. */
export async function answerPage<Item>(
  services: Services,
  request: FastifyRequest & { readonly query: PageQuery },
  { path, read, filter = () => [], repeated = () => ({}) }: List<Item>,
) {
  const caller = callerOf(request);
  const { page_size, page_token } = request.query;
  const scope = () => pageScope(path, caller, ...filter());
  const { items, next, totalSize } = await read(caller, originOf(request), () => {
    judgeRequest(request);
    return { after: readPageToken(services, scope(), page_token), limit: page_size };
  });
  const metadata = listMetadata(services, {
    url: services.settings.publicUrl + path,
    pageSize: page_size,
    token: page_token,
    filter: repeated(items[0]),
    scope: scope(),
    next,
    totalSize,
  });
  return { items, metadata };
}

/** What a list holds depends on who asks, and with a Flink key on its place. */
function pageScope(path: string, caller: Caller, ...filter: readonly (string | undefined)[]): PageScope {
  const { environmentId, cloud, region } = caller.place ?? {};
  return [path, caller.principal, environmentId, cloud, region, ...filter];
}
