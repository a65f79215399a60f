import type {
  ApiKeyRecord,
  CheckPlanRecord,
  CheckRecord,
  ComputePoolRecord,
  ConnectionRecord,
  CredentialRecord,
  DependantRecord,
  EnvironmentRecord,
  IdentityPoolRecord,
  OneTimeLinkRecord,
  OrganizationRecord,
  PrincipalRecord,
  RegionRecord,
  ResultRow,
  RingKeyRecord,
  RoleBindingRecord,
  SessionRecord,
  StatementRecord,
  StoredAuditEvent,
  UsageDay,
  UseTokenRecord,
  WebhookRecord,
} from "./records.ts";

/**
 * The tables, as queries see them: camelCase here, snake_case in the database, one row per record. Columns that hold
 * objects or booleans are named below; the runner of each database encodes and decodes them.
 */
export interface Schema {
  organization: OrganizationRecord;
  environment: EnvironmentRecord;
  region: RegionRecord;
  computePool: ComputePoolRecord;
  principal: PrincipalRecord;
  roleBinding: RoleBindingRecord;
  apiKey: ApiKeyRecord;
  session: SessionRecord;
  oneTimeLink: OneTimeLinkRecord;
  identityPool: IdentityPoolRecord;
  useToken: UseTokenRecord;
  ringKey: RingKeyRecord;
  seeded: { readonly kind: string; readonly key: string };
  connection: ConnectionRow;
  credential: CredentialRecord;
  usageDay: UsageDayRow;
  statement: StatementRow;
  statementChunk: StatementChunkRow;
  statementLabel: StatementLabelRow;
  tally: TallyRow;
  auditEvent: StoredAuditEvent;
  auditChain: AuditChainRow;
  connectionCheck: CheckRow;
  checkPlan: CheckPlanRecord;
  webhookDelivery: WebhookRecord;
  dependant: DependantRecord;
}

/** Kept as JSON text. */
export const jsonColumns: ReadonlySet<string> = new Set([
  "claims",
  "connections",
  "options",
  "properties",
  "traits",
  "labels",
  "rows",
  "steps",
]);

/** Kept as 0 or 1. */
export const booleanColumns: ReadonlySet<string> = new Set(["stopped", "enabled", "refused", "defaultPool"]);

export type ConnectionRow = Omit<ConnectionRecord, "status" | "lastUsedAt"> & {
  /** Empty: never. */
  readonly lastUsedAt: string;
  readonly statusPhase: ConnectionRecord["status"]["phase"];
  readonly statusDetail: string;
  readonly statusCheckedAt: string | null;
};

/** Numbered in the order in which the checks of a connection were recorded. */
export interface CheckRow extends CheckRecord {
  readonly number: number;
}

export interface UsageDayRow extends UsageDay {
  readonly connectionUid: string;
  /** Empty: without one. */
  readonly useTokenId: string;
  readonly lastAt: string;
}

export interface StatementRow extends StatementRecord {
  readonly rowCount: number;
}

/** Rows of a result, `rowsPerChunk` at a time: a result of 10,000 names is 100 inserts, not 10,000. */
export interface StatementChunkRow {
  readonly statementUid: string;
  readonly chunk: number;
  readonly rows: readonly ResultRow[];
}

export interface StatementLabelRow {
  readonly statementUid: string;
  readonly key: string;
  readonly value: string;
}

/** How many there are, kept in the transaction that changes it, so that a list need not count. */
export interface TallyRow {
  readonly kind: "connection" | "statement" | "use_token" | "audit_event";
  /** The environment; for audit events the organization. */
  readonly owner: string;
  readonly cloud: string;
  readonly region: string;
  /** What lists filter by: the connection type, the compute pool, a use token's maker, the environment of an audit event. */
  readonly label: string;
  readonly total: number;
}

/** One chain of audit events: why it began, where it ends, and where it begins once retention has cut its front. */
export interface AuditChainRow {
  readonly instance: string;
  readonly createdAt: string;
  /** From 1, without a gap; a chain's record is never removed, so a missing number is a chain that somebody removed. */
  readonly number: number;
  readonly began: ChainBeginning;
  /** The chain before it, and where that ended by its record; null when there was none that could be believed. */
  readonly predecessor: string | null;
  readonly predecessorSequence: number | null;
  readonly predecessorMac: string | null;
  readonly headSequence: number;
  readonly headMac: string;
  readonly floorSequence: number;
  readonly floorMac: string;
  /** MAC over all of the above. */
  readonly seal: string;
}

/** A restart goes on with its chain; only a new database begins one without cause for alarm. */
export type ChainBeginning =
  | "new_database"
  /** The database was in use before, and no chain was in it. */
  | "chain_missing"
  /** No record of a chain was as Keymoor had written it. */
  | "record_changed"
  /** The last event was not the one that the chain's record ends with. */
  | "end_changed";
