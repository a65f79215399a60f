import type { Static } from "@sinclair/typebox";
import type {
  AuditEventList,
  AuditEvent as AuditEventSchema,
  AuditQuery as AuditQuerySchema,
} from "../api/keymoor-v1/audit-events.ts";
import type { Client } from "./client.ts";

export type AuditEvent = Static<typeof AuditEventSchema>;
/** Times in RFC 3339. */
export type AuditFilter = Omit<Static<typeof AuditQuerySchema>, "page_size" | "page_token">;

export type AuditPage = Static<typeof AuditEventList>;

/** One page, newest first. */
export function auditPage(
  client: Client,
  query: AuditFilter & { readonly page_size: number; readonly page_token?: string },
): Promise<AuditPage> {
  return client.request({ path: "/keymoor/v1/audit-events", query });
}

/** Newest first; `limit` at most. */
export async function listAuditEvents(
  client: Client,
  filter: AuditFilter,
  limit: number,
): Promise<readonly AuditEvent[]> {
  const events: AuditEvent[] = [];
  const query = { ...filter, page_size: Math.min(limit, 100) };
  for await (const event of client.items<AuditEvent>("/keymoor/v1/audit-events", query)) {
    events.push(event);
    if (events.length === limit) break;
  }
  return events;
}
