import { infiniteQueryOptions } from "@tanstack/react-query";
import type { AuditFilter, AuditPage } from "../../../../src/client/audit-events.ts";
import { auditPage } from "../../../../src/client/audit-events.ts";
import { type Client, pageTokenOf } from "../../../../src/client/client.ts";

export function auditEventsQuery(client: Client, filter: AuditFilter) {
  return infiniteQueryOptions({
    queryKey: ["audit-events", filter],
    queryFn: ({ pageParam: page_token }): Promise<AuditPage> =>
      auditPage(client, { ...filter, page_size: 50, ...(page_token && { page_token }) }),
    initialPageParam: "",
    getNextPageParam: ({ metadata }) => pageTokenOf(metadata.next),
  });
}
