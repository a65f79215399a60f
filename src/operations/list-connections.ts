import { callerHolds } from "../access/caller.ts";
import { findConnectionType } from "../connections/connection-type.ts";
import type { ConnectionRecord } from "../storage/records.ts";
import type { Page } from "../storage/store.ts";
import type { Act } from "./act.ts";
import type { Operation } from "./operation.ts";

export interface ListConnections {
  /** As sent; its case does not matter, and an unknown type gives an empty list. */
  readonly type: string | undefined;
  readonly after: string | undefined;
  readonly limit: number;
}

/** Connections of one region, in byte order of name. */
export const listConnections: Operation<ListConnections, Page<ConnectionRecord>> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: (act, input) => page(act, input, { in: { cloud: act.place.cloud, region: act.place.region } }),
};

/** Connections of every region of the environment; of the request's own for those whose role holds only there. */
export const listConnectionsOfAllRegions: Operation<ListConnections, Page<ConnectionRecord>> = {
  name: "connection.list",
  right: "connection:read",
  kind: "read",
  about: () => undefined,
  run: (act, input) => page(act, input, mayReadAll(act) ? {} : { in: act.place }),
};

function mayReadAll({ caller, environment }: Act): boolean {
  const { organizationId, id } = environment;
  return callerHolds(caller, "connection:read", { organizationId, environmentId: id, in: "all" });
}

async function page(
  act: Act,
  input: ListConnections,
  within: { readonly in?: { readonly cloud: string; readonly region: string } },
): Promise<Page<ConnectionRecord>> {
  const type = input.type === undefined ? undefined : findConnectionType(input.type);
  if (input.type !== undefined && type === undefined) return { items: [], next: undefined, totalSize: 0 };
  const filter = {
    environmentId: act.place.environmentId,
    ...within,
    ...(type === undefined ? {} : { type: type.name }),
  };
  return await act.services.store.read.connections(filter, input.after, input.limit);
}
