/** What is stored, as plain data. Times are ISO 8601 UTC with milliseconds; they sort as text. */

export interface RegionKey {
  /** Lower case, as stored: `aws`. */
  readonly cloud: string;
  readonly region: string;
}

/** Where a connection's name is unique. */
export interface Place extends RegionKey {
  readonly environmentId: string;
}

export interface OrganizationRecord {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

export interface EnvironmentRecord {
  readonly id: string;
  readonly organizationId: string;
  readonly name: string;
  /** Kept for the clients that set and compare it (contract/terraform.md 4): Keymoor has no stream governance. */
  readonly governancePackage: GovernancePackage;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export type GovernancePackage = "ESSENTIALS" | "ADVANCED";

export interface RegionRecord extends RegionKey {
  /** Origin under which the region is told apart by Host; null: the server's own. */
  readonly endpoint: string | null;
  /** `host:port` to listen on besides the server's own; null: none. */
  readonly listen: string | null;
  /** Order of creation; the first region is the default. */
  readonly position: number;
}

export interface ComputePoolRecord extends Place {
  readonly id: string;
  readonly name: string;
  /** Kept for the clients that set it: no engine is measured by it. */
  readonly maxCfu: number;
  readonly defaultPool: boolean;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface PrincipalRecord {
  /** `u-...` or `sa-...`. */
  readonly id: string;
  readonly kind: "user" | "service_account";
  readonly name: string;
  /** Empty when there is none. */
  readonly description: string;
  readonly email: string | null;
  /** scrypt in PHC string format, users only; null: not set yet, as after an invitation. */
  readonly passwordHash: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  /** Since when nothing of it passes any more; null: it does. */
  readonly disabledAt: string | null;
}

export interface RoleBindingRecord {
  readonly id: string;
  readonly principalId: string;
  readonly role: string;
  readonly organizationId: string;
  /** null: the whole organization. */
  readonly environmentId: string | null;
  /** With `region`: the only one of the environment in which it holds; null: all. */
  readonly cloud: string | null;
  readonly region: string | null;
  /** Service account that an `Assigner` binding is about; null for the other roles. */
  readonly serviceAccountId: string | null;
  readonly createdAt: string;
}

export interface ApiKeyRecord {
  readonly id: string;
  readonly secretMac: Uint8Array;
  readonly ownerId: string;
  readonly name: string;
  /** Empty when there is none. */
  readonly description: string;
  /** A Flink key has all three; a Cloud key none. */
  readonly environmentId: string | null;
  readonly cloud: string | null;
  readonly region: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** Somebody who signed in. It ends by its times, by signing out, and with its user. */
export interface SessionRecord {
  /** `ses-...`; access tokens carry it. */
  readonly id: string;
  readonly principalId: string;
  /** `client` holds a refresh token and access tokens; `console` a cookie. */
  readonly kind: "client" | "console";
  /** Of the refresh token or the cookie. */
  readonly secretMac: Uint8Array;
  readonly createdAt: string;
  /** Written at most once a minute. */
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** A link that lets a user in once: to choose a password (`invitation`), or straight in (`sign_in`). */
export interface OneTimeLinkRecord {
  /** `i-...`. */
  readonly id: string;
  readonly principalId: string;
  readonly purpose: "invitation" | "sign_in";
  readonly mac: Uint8Array;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  /** An invitation stays as long as its user, to say when it was accepted. */
  readonly usedAt: string | null;
}

/** Which tokens of an external issuer act as which service account. */
export interface IdentityPoolRecord {
  /** `pool-...`. */
  readonly id: string;
  readonly name: string;
  readonly description: string;
  /** `iss` of the tokens, byte for byte. */
  readonly issuer: string;
  /** null: what the issuer's discovery document says. */
  readonly jwksUri: string | null;
  /** `aud` has to hold it. */
  readonly audience: string;
  /** Claims that a token must have with exactly this value, `sub` among them. */
  readonly claims: Readonly<Record<string, string>>;
  readonly serviceAccountId: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface UseTokenRecord extends Place {
  readonly id: string;
  readonly mac: Uint8Array;
  readonly name: string;
  readonly connections: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  readonly expiresAt: string;
  readonly revokedAt: string | null;
  readonly lastUsedAt: string | null;
}

export type StatusPhase = "PENDING" | "READY" | "UNREACHABLE" | "INVALID_AUTH";

/** A connection has no place to put a secret. */
export interface ConnectionRecord extends Place {
  readonly uid: string;
  readonly name: string;
  /** Lower case, as the type's file names it. */
  readonly type: string;
  /** As sent, byte for byte; answers echo it. */
  readonly wireType: string;
  readonly endpoint: string;
  /** Public options by kebab-case key, those of the current way to authenticate included. */
  readonly options: Readonly<Record<string, string>>;
  readonly authMethod: string;
  readonly comment: string | null;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
  readonly updatedBy: string;
  /** Grows by one with each change; a change of status is none. */
  readonly resourceVersion: number;
  readonly credentialVersion: number;
  /** When the current credential version was made. */
  readonly rotatedAt: string;
  /** null: no call went through it yet. */
  readonly lastUsedAt: string | null;
  readonly status: {
    readonly phase: StatusPhase;
    readonly detail: string;
    readonly checkedAt: string | null;
  };
  /** The file that manages it, `file:NAME`; null: none does. */
  readonly managedBy: string | null;
}

/** Why a connection is checked. */
export type CheckTrigger = "created" | "rotated" | "activated" | "asked" | "scheduled" | "before_saving";

export type CheckOutcome = "accepted" | "refused" | "unreachable" | "cannot_tell";

/** One check of a connection, with nothing in it that its service wrote. */
export interface CheckRecord {
  readonly connectionUid: string;
  readonly id: string;
  /** When it began. */
  readonly at: string;
  readonly trigger: CheckTrigger;
  readonly outcome: CheckOutcome;
  /** What the status became by it. */
  readonly phase: StatusPhase;
  readonly detail: string;
  readonly credentialVersion: number;
  readonly durationMs: number;
  readonly certificateExpiresAt: string | null;
  readonly steps: readonly CheckStepRecord[];
}

export interface CheckStepRecord {
  readonly name: "lookup" | "connect" | "tls" | "token" | "login" | "service";
  readonly outcome: "passed" | "failed" | "skipped";
  readonly durationMs: number;
  readonly detail: string;
}

/** When a connection is checked next without being asked. */
export interface CheckPlanRecord {
  readonly connectionUid: string;
  /** The connection's own switch. */
  readonly enabled: boolean;
  /** null: not until somebody asks or the credential changes. */
  readonly dueAt: string | null;
  /** Of the next check. */
  readonly trigger: CheckTrigger;
  /** Checks in a row that could not reach the service. */
  readonly failures: number;
  /** Times in a row that a server ended during the check. */
  readonly unfinished: number;
  /** The service refused this credential, and has not accepted it since. */
  readonly refused: boolean;
  /** A server is at it until then. */
  readonly claimedUntil: string | null;
}

/** A message that waits to be delivered to the webhook. */
export interface WebhookRecord {
  readonly id: string;
  /** What it is about; only the newest message about a connection waits. */
  readonly connectionUid: string;
  readonly createdAt: string;
  /** JSON as it is sent and signed, byte for byte. */
  readonly body: string;
  readonly attempts: number;
  readonly dueAt: string;
  readonly claimedUntil: string | null;
}

/** One sealed credential version. */
export interface CredentialRecord {
  readonly connectionUid: string;
  readonly version: number;
  readonly authMethod: string;
  /** Public options that held with this version. */
  readonly options: Readonly<Record<string, string>>;
  readonly sealed: Uint8Array;
  readonly createdAt: string;
  readonly createdBy: string;
}

export type CredentialKey = Pick<CredentialRecord, "connectionUid" | "version">;

/** A sealed credential version with all that it is bound to. */
export interface BoundCredentialRecord
  extends Pick<ConnectionRecord, "uid" | "environmentId" | "cloud" | "region" | "name" | "type" | "endpoint">,
    Pick<CredentialRecord, "version" | "authMethod" | "options" | "sealed"> {}

export type CredentialVersionRecord = Omit<CredentialRecord, "sealed">;

export interface StatementRecord {
  readonly environmentId: string;
  readonly cloud: string;
  readonly region: string;
  readonly name: string;
  /** Redacted; the text as sent is never stored. */
  readonly statement: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly computePoolId: string | null;
  readonly principal: string;
  readonly stopped: boolean;
  readonly phase: string;
  readonly detail: string;
  readonly traits: StatementTraits | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly resourceVersion: number;
  readonly uid: string;
  readonly createdAt: string;
  readonly createdBy: string;
  readonly updatedAt: string;
}

export interface StatementTraits {
  readonly sqlKind: string;
  readonly isBounded: boolean;
  readonly isAppendOnly: boolean;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly connectionRefs: readonly string[];
}

/** What a definition defines; its name is unique in its place and kind. */
export interface DefinedObject extends Place {
  /** `TABLE` */
  readonly objectKind: string;
  /** `orders`, or `sales.orders`: each part in back-quotes where SQL needs them. */
  readonly objectName: string;
}

/** That a definition names a connection, which may have been dropped since. */
export interface DependantRecord extends DefinedObject {
  readonly connectionName: string;
  /** Key of the option that names it, or `USING CONNECTION(S)`. */
  readonly namedBy: string;
  /** The statement that it stands in, unique in the environment. */
  readonly statementName: string;
  /** Of those that the statement names. */
  readonly number: number;
}

/** What a definition does to what is known of its object. */
export type DefinitionChange =
  | { readonly kind: "define"; readonly ifNotExists: boolean }
  | { readonly kind: "alter" }
  | { readonly kind: "reset"; readonly keys: readonly string[] }
  /** `objectName` afterwards. */
  | { readonly kind: "rename"; readonly to: string }
  | { readonly kind: "drop" };

/** A dependant with the facts of its statement. */
export interface FoundDependant
  extends Pick<DependantRecord, "objectKind" | "objectName" | "namedBy" | "statementName" | "number">,
    Pick<StatementRecord, "principal" | "createdAt"> {}

/** Calls of a connection by one caller, all days of the question together. */
export interface ConnectionCaller {
  readonly principal: string;
  /** Empty: without one, or counted before tokens were. */
  readonly useTokenId: string;
  readonly calls: number;
  readonly lastAt: string;
}

export type ResultRow = readonly (string | null)[];

/** One thing that happened, never with a value (design 8, issue "Audit"). */
export interface AuditEvent {
  readonly id: string;
  readonly at: string;
  /** Operation name, e.g. `connection.create`. */
  readonly action: string;
  /** `unchanged`: nothing had to be done, as by DROP ... IF EXISTS of what is not there. */
  readonly outcome: "done" | "unchanged" | "refused" | "failed";
  /** Error code of a refusal or failure. */
  readonly code: string | null;
  readonly principal: string | null;
  /** API key or use token id that was shown. */
  readonly credential: string | null;
  readonly address: string | null;
  readonly requestId: string | null;
  readonly organizationId: string | null;
  readonly environmentId: string | null;
  readonly cloud: string | null;
  readonly region: string | null;
  /** Kind and name of what it was done to, e.g. `connection` and `my-openai`. */
  readonly resourceKind: string | null;
  readonly resourceName: string | null;
  /** How many like events this one stands for. */
  readonly count: number;
}

export interface StoredAuditEvent extends AuditEvent {
  readonly instance: string;
  readonly sequence: number;
  readonly mac: string;
}

export interface UsageDay {
  /** `2026-11-20`. */
  readonly day: string;
  readonly principal: string;
  readonly calls: number;
}

export interface LastUse {
  readonly at: string;
  readonly principal: string;
}

/** How many connections of a type have a status of this phase. */
export interface ConnectionCount {
  readonly type: string;
  readonly phase: StatusPhase;
  readonly count: number;
}

/** When the certificate that the last checks of a connection saw expires; null: none was seen. */
export interface SeenCertificate extends Place {
  readonly uid: string;
  readonly name: string;
  readonly expiresAt: string | null;
}

/** A key that Keymoor made for itself, sealed by the master key. */
export interface RingKeyRecord {
  readonly id: string;
  readonly purpose: string;
  readonly sealed: Uint8Array;
  readonly createdAt: string;
}
