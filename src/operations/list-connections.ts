import { callerHolds } from "../access/caller.ts";
import { findConnectionType } from "../connections/connection-type.ts";
import type { ConnectionRecord, RegionKey, StatusPhase } from "../storage/records.ts";
import type { ConnectionListFilter, ConnectionOrder, Page } from "../storage/store.ts";
import type { Act } from "./act.ts";
import type { Operation } from "./operation.ts";

interface ListPage {
  readonly after: string | undefined;
  readonly limit: number;
}

export interface ListConnections extends ListPage {
  /** As sent; its case does not matter, and an unknown type gives an empty list. */
  readonly type: string | undefined;
}

/** Connections of one region, in byte order of name. */
export const listConnections: Operation<ListConnections, Page<ConnectionRecord>> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: (act, { type, ...page }) =>
    pageOf(act, page, {
      in: { cloud: act.place.cloud, region: act.place.region },
      types: typesNamed(type === undefined ? undefined : [type]),
    }),
};

export interface SearchConnections extends ListPage {
  /** As sent, in any case; unknown ones hold nothing. */
  readonly types: readonly string[] | undefined;
  readonly phases: readonly StatusPhase[] | undefined;
  readonly search: string | undefined;
  /** In any case; region as it is written. */
  readonly in: Partial<RegionKey>;
  readonly order: ConnectionOrder;
}

/** Connections of every region of the environment; of the request's own for those whose role holds only there. */
export const searchConnections: Operation<SearchConnections, Page<ConnectionRecord>> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: async (act, { types, phases, search, in: sought, order, ...page }) => {
    const place = placeWithin(act, { ...sought, ...(sought.cloud && { cloud: sought.cloud.toLowerCase() }) });
    if (place === undefined) return nothing;
    return await pageOf(act, page, {
      in: place,
      types: typesNamed(types),
      order,
      ...(phases !== undefined && { phases }),
      ...(search !== undefined && { search }),
    });
  },
};

const nothing = { items: [], next: undefined, totalSize: 0 } as const;

/** Undefined when what is sought lies outside of what may be read. */
function placeWithin(act: Act, sought: Partial<RegionKey>): Partial<RegionKey> | undefined {
  const { organizationId, id } = act.environment;
  const all = { organizationId, environmentId: id, in: "all" } as const;
  if (callerHolds(act.caller, "connection:read", all)) return sought;
  const { cloud, region } = act.place;
  const isWithin = (sought.cloud ?? cloud) === cloud && (sought.region ?? region) === region;
  return isWithin ? { cloud, region } : undefined;
}

/** Names of the catalogue; what is no type is left out. */
function typesNamed(words: readonly string[] | undefined): readonly string[] | undefined {
  const types = words?.map((word) => findConnectionType(word)?.name);
  return types && [...new Set(types.filter((name) => name !== undefined))];
}

async function pageOf(
  act: Act,
  { after, limit }: ListPage,
  {
    types,
    ...filter
  }: Omit<ConnectionListFilter, "environmentId" | "types"> & {
    readonly types: readonly string[] | undefined;
  },
): Promise<Page<ConnectionRecord>> {
  if (types?.length === 0) return nothing;
  const { environmentId } = act.place;
  const all = { ...filter, environmentId, ...(types !== undefined && { types }) };
  return await act.services.store.read.connections(all, after, limit);
}
