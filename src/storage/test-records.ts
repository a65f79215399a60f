import { randomUUID } from "node:crypto";
import type {
  AuditEvent,
  ConnectionRecord,
  CredentialRecord,
  StatementRecord,
  UseTokenRecord,
} from "./records.ts";
import type { Step } from "./store.ts";

/** Plausible records for tests. */
export const at = "2026-11-20T10:00:00.000Z";
export const later = "2026-11-20T11:00:00.000Z";
export const place = { environmentId: "env-abc123", cloud: "aws", region: "us-east-1" };
export const organizationId = "1111aaaa-11aa-11aa-11aa-111111aaaaaa";
export const auditKey = new Uint8Array(32).fill(7);

export function sampleConnection(change: Partial<ConnectionRecord> & { name: string }): ConnectionRecord {
  return {
    uid: randomUUID(),
    ...place,
    type: "openai",
    wireType: "OPENAI",
    endpoint: "https://api.openai.com/v1/chat/completions",
    options: {},
    authMethod: "api-key",
    comment: null,
    createdAt: at,
    createdBy: "u-yo9j87",
    updatedAt: at,
    updatedBy: "u-yo9j87",
    resourceVersion: 1,
    credentialVersion: 1,
    rotatedAt: at,
    lastUsedAt: null,
    status: { phase: "PENDING", detail: "", checkedAt: null },
    managedBy: null,
    ...change,
  };
}

export function sampleCredential(
  connectionUid: string,
  change: Partial<CredentialRecord> = {},
): CredentialRecord {
  return {
    connectionUid,
    version: 1,
    authMethod: "api-key",
    options: {},
    sealed: new Uint8Array([1, 2, 3]),
    createdAt: at,
    createdBy: "u-yo9j87",
    ...change,
  };
}

export function sampleCreate(
  name: string,
  change: Partial<ConnectionRecord> = {},
): Extract<Step, { do: "insert_connection" }> {
  const connection = sampleConnection({ ...change, name });
  return { do: "insert_connection", connection, credential: sampleCredential(connection.uid) };
}

export function sampleRotation(
  uid: string,
  credential: Partial<CredentialRecord> & { version: number },
  expectedResourceVersion: number,
  keepVersions = 3,
): Extract<Step, { do: "rotate_connection" }> {
  return {
    do: "rotate_connection",
    uid,
    expectedResourceVersion,
    credential: sampleCredential(uid, credential),
    updatedAt: later,
    updatedBy: "u-other",
    keepVersions,
    keepOf: "all",
  };
}

export function sampleStatement(name: string, change: Partial<StatementRecord> = {}): StatementRecord {
  return {
    ...place,
    name,
    statement: "SHOW CONNECTIONS;",
    properties: {},
    computePoolId: null,
    principal: "u-yo9j87",
    stopped: false,
    phase: "COMPLETED",
    detail: "",
    traits: null,
    labels: {},
    resourceVersion: 1,
    uid: randomUUID(),
    createdAt: at,
    createdBy: "u-yo9j87",
    updatedAt: at,
    ...change,
  };
}

export function sampleUseToken(id: string, change: Partial<UseTokenRecord> = {}): UseTokenRecord {
  return {
    ...place,
    id,
    mac: new Uint8Array([1]),
    name: id,
    connections: ["c1", "c2"],
    createdAt: at,
    createdBy: "u-1",
    expiresAt: later,
    revokedAt: null,
    lastUsedAt: null,
    ...change,
  };
}

export function sampleEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    id: randomUUID(),
    at,
    action: "connection.create",
    outcome: "done",
    code: null,
    principal: "u-yo9j87",
    credential: "foo",
    address: "127.0.0.1",
    requestId: "r-1",
    organizationId,
    environmentId: place.environmentId,
    cloud: null,
    region: null,
    resourceKind: "connection",
    resourceName: "c",
    count: 1,
    ...change,
  };
}
