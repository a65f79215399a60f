import type { ConnectionRecord, WebhookRecord } from "../storage/records.ts";

export interface StatusChange {
  readonly connection: ConnectionRecord;
  readonly status: ConnectionRecord["status"];
  readonly previousPhase: ConnectionRecord["status"]["phase"];
  readonly organizationId: string | null;
  readonly now: Date;
}

/** What the webhook is told of a change of status, in the form of Standard Webhooks. Details are in our words; there is no value in it. */
export function statusReport(change: StatusChange): WebhookRecord {
  const { connection, status, previousPhase, organizationId, now } = change;
  const at = now.toISOString();
  return {
    id: `msg_${crypto.randomUUID()}`,
    connectionUid: connection.uid,
    createdAt: at,
    body: JSON.stringify({
      type: "connection.status_changed",
      timestamp: at,
      data: {
        organization_id: organizationId,
        environment_id: connection.environmentId,
        cloud: connection.cloud.toUpperCase(),
        region: connection.region,
        connection: connection.name,
        connection_type: connection.type.toUpperCase(),
        uid: connection.uid,
        previous_phase: previousPhase,
        phase: status.phase,
        detail: status.detail,
        checked_at: status.checkedAt,
      },
    }),
    attempts: 0,
    dueAt: at,
    claimedUntil: null,
  };
}
