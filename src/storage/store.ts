import type {
  ApiKeyRecord,
  AuditEvent,
  BoundCredentialRecord,
  CheckPlanRecord,
  CheckRecord,
  ComputePoolRecord,
  ConnectionCaller,
  ConnectionCount,
  ConnectionRecord,
  CredentialKey,
  CredentialRecord,
  CredentialVersionRecord,
  DefinedObject,
  DefinitionChange,
  DependantRecord,
  EnvironmentRecord,
  FoundDependant,
  IdentityPoolRecord,
  LastUse,
  OneTimeLinkRecord,
  OrganizationRecord,
  Place,
  PrincipalRecord,
  RegionKey,
  RegionRecord,
  ResultRow,
  RingKeyRecord,
  RoleBindingRecord,
  SeenCertificate,
  SessionRecord,
  StatementRecord,
  StatusPhase,
  StoredAuditEvent,
  UsageDay,
  UseTokenRecord,
  WebhookRecord,
} from "./records.ts";

/**
 * One change of one kind, as plain data that crosses to the writer. A list of steps is one transaction: all hold or none.
 * A step that finds its precondition broken throws a KeymoorError, which rolls back its own list and no neighbour's.
 */
export type Step =
  | { readonly do: "insert_organization"; readonly record: OrganizationRecord }
  | { readonly do: "insert_environment"; readonly record: EnvironmentRecord }
  | { readonly do: "insert_region"; readonly record: RegionRecord }
  /** Where a region is reached is as the last start was told. */
  | {
      readonly do: "set_region_origin";
      readonly record: Pick<RegionRecord, "cloud" | "region" | "endpoint" | "listen">;
    }
  | { readonly do: "insert_compute_pool"; readonly record: ComputePoolRecord }
  /** `resource_already_exists` when another user has the address, in any case. */
  | { readonly do: "insert_principal"; readonly record: PrincipalRecord }
  | { readonly do: "insert_role_binding"; readonly record: RoleBindingRecord }
  | { readonly do: "insert_api_key"; readonly record: ApiKeyRecord }
  | { readonly do: "insert_ring_key"; readonly record: RingKeyRecord }
  /** Remembers that a seed file made this, so that what was deleted since stays deleted. */
  | { readonly do: "mark_seeded"; readonly kind: string; readonly key: string }
  | { readonly do: "insert_use_token"; readonly record: UseTokenRecord }
  /** `use_token_not_found` when there is none in that environment; revoking twice keeps the first time. */
  | {
      readonly do: "revoke_use_token";
      readonly environmentId: string;
      readonly id: string;
      readonly at: string;
    }
  /**
   * `resource_already_exists` when the name is taken. `replaces` is deleted first, as by `delete_connection`, and passes on
   * the switch of its checks.
   */
  | {
      readonly do: "insert_connection";
      readonly connection: ConnectionRecord;
      readonly credential: CredentialRecord;
      readonly replaces?: string;
    }
  /**
   * Appends a credential version and moves the pointer. `connection_not_found` when the uid is gone,
   * `resource_version_conflict` when the stored resource version is not `expectedResourceVersion`.
   */
  | {
      readonly do: "rotate_connection";
      readonly uid: string;
      readonly expectedResourceVersion: number;
      readonly credential: CredentialRecord;
      readonly updatedAt: string;
      readonly updatedBy: string;
      /** How many versions stay sealed, the new one included. */
      readonly keepVersions: number;
      /** `same_author`: of those alone that its author made in a row up to the new one; every other one stays. */
      readonly keepOf: "all" | "same_author";
    }
  /** Moves the pointer back to a version that is still sealed; `credential_version_not_found` otherwise. */
  | {
      readonly do: "activate_credential";
      readonly uid: string;
      readonly expectedResourceVersion: number;
      readonly version: number;
      readonly updatedAt: string;
      readonly updatedBy: string;
    }
  /** Destroys the connection and every version of its credential; `connection_not_found` when the uid is gone. */
  | { readonly do: "delete_connection"; readonly uid: string }
  /** Says which file manages the connection; `connection_not_found` when the uid is gone. Its resource version stays. */
  | { readonly do: "set_managed_by"; readonly uid: string; readonly managedBy: string | null }
  /**
   * Takes a check that was found due at `dueAt`, so that no other server runs it; `resource_version_conflict` when its plan is
   * another by now, or another has it. A claim ends at `until`, should its server be gone by then.
   */
  | {
      readonly do: "claim_check";
      readonly uid: string;
      readonly dueAt: CheckPlanRecord["dueAt"];
      readonly at: string;
      readonly until: string;
    }
  /** Lets go of a claimed check that was not made. Without `dueAt` it stays due, without `unfinished` that stays. */
  | {
      readonly do: "release_check";
      readonly uid: string;
      readonly dueAt?: string;
      readonly unfinished?: number;
    }
  /**
   * Keeps a check and makes its phase the connection's status, whose resource version stays. `resource_version_conflict`, and
   * nothing is written, when the connection has another credential version or another phase by now.
   */
  | {
      readonly do: "record_check";
      readonly check: CheckRecord;
      readonly expectedPhase: StatusPhase;
      /** Of the status; the check's own unless more is to be said. */
      readonly statusDetail: string;
      /** null: no more checks until somebody asks or the credential changes. */
      readonly dueAt: string | null;
      readonly failures: number;
      readonly unfinished: number;
      readonly refused: boolean;
    }
  /**
   * The connection's own switch. On: it is due at once, unless its credential was refused and has no reference whose value
   * may have changed.
   */
  | {
      readonly do: "switch_checks";
      readonly uid: string;
      readonly enabled: boolean;
      readonly hasReference: boolean;
      readonly at: string;
    }
  /** Takes the place of those about the same connection that wait. */
  | { readonly do: "insert_webhook"; readonly record: WebhookRecord }
  /** The receiver answers again: every message that waits is due. */
  | { readonly do: "hurry_webhooks"; readonly at: string }
  /** Like `claim_check`, for a message that is due. */
  | { readonly do: "claim_webhook"; readonly id: string; readonly at: string; readonly until: string }
  /** After an attempt: tried again at `dueAt`; null: delivered or given up, and forgotten. */
  | { readonly do: "finish_webhook"; readonly id: string; readonly dueAt: string | null }
  /** `statement_already_exists` when the name is taken in the environment. `rows` are the statement's whole result. */
  | { readonly do: "insert_statement"; readonly record: StatementRecord; readonly rows: readonly ResultRow[] }
  /** `statement_not_found` when the uid is gone, `resource_version_conflict` when someone else was faster. */
  | {
      readonly do: "update_statement";
      readonly uid: string;
      readonly expectedResourceVersion: number;
      readonly change: Partial<
        Pick<
          StatementRecord,
          "stopped" | "phase" | "detail" | "principal" | "computePoolId" | "labels" | "properties"
        >
      >;
      readonly updatedAt: string;
    }
  /** With its rows, and what it brought to dependants. `statement_not_found` when the uid is gone. */
  | { readonly do: "delete_statement"; readonly uid: string }
  /**
   * Which connections a definition names, and what becomes of what stood for its object. No two of `named` are alike. Of one
   * with `ifNotExists` nothing is taken where something stands.
   */
  | {
      readonly do: "record_definition";
      readonly object: DefinedObject;
      readonly statementName: string;
      readonly change: DefinitionChange;
      readonly named: readonly Pick<DependantRecord, "connectionName" | "namedBy">[];
    }
  /** Puts `to` where `from` stands; what has changed since it was read stays as it is. */
  | {
      readonly do: "rewrap";
      readonly credentials: readonly {
        readonly connectionUid: string;
        readonly version: number;
        readonly from: Uint8Array;
        readonly to: Uint8Array;
      }[];
      readonly ringKeys: readonly {
        readonly id: string;
        readonly from: Uint8Array;
        readonly to: Uint8Array;
      }[];
    }
  /** Links of its user that let in are of no more use. */
  | { readonly do: "set_password"; readonly principalId: string; readonly passwordHash: string }
  /**
   * `password_not_accepted` when it is another one meanwhile, or its user is disabled or gone: a password takes a while to be
   * verified, and what it lets in to must not outlive a change of it.
   */
  | { readonly do: "require_password"; readonly principalId: string; readonly passwordHash: string | null }
  /** `user_unauthorized` when it was deleted since it was looked up, so that nothing is left behind in what is gone. */
  | { readonly do: "require_environment"; readonly id: string }
  /** `user_unauthorized` when it was deleted since it was looked up. */
  | { readonly do: "require_principal"; readonly id: string }
  /** Put last: `last_administrator` when nobody is left who has this role everywhere and can get in to use it. */
  | { readonly do: "require_administrator"; readonly role: string }
  /** `principal_not_found` when it is gone. Disabling ends its sessions and links. */
  | {
      readonly do: "update_principal";
      readonly id: string;
      readonly change: Partial<Pick<PrincipalRecord, "name" | "description" | "disabledAt">>;
      readonly updatedAt: string;
    }
  /** With its keys, role bindings, sessions, links and identity pools; `principal_not_found` when it is gone. */
  | { readonly do: "delete_principal"; readonly id: string }
  /** `api_key_not_found` when it is gone. */
  | {
      readonly do: "update_api_key";
      readonly id: string;
      readonly change: Partial<Pick<ApiKeyRecord, "name" | "description">>;
      readonly updatedAt: string;
    }
  | { readonly do: "delete_api_key"; readonly id: string }
  /** `role_binding_not_found` when it is gone. */
  | { readonly do: "delete_role_binding"; readonly id: string }
  /** `environment_not_found` when it is gone. */
  | {
      readonly do: "update_environment";
      readonly id: string;
      readonly change: Partial<Pick<EnvironmentRecord, "name" | "governancePackage">>;
      readonly updatedAt: string;
    }
  /** With all that it holds; `environment_not_empty` while that is a connection, or when it is the last one. */
  | { readonly do: "delete_environment"; readonly id: string }
  /** `compute_pool_not_found` when it is gone. */
  | {
      readonly do: "update_compute_pool";
      readonly id: string;
      readonly change: Partial<Pick<ComputePoolRecord, "name" | "maxCfu" | "defaultPool">>;
      readonly updatedAt: string;
    }
  | { readonly do: "delete_compute_pool"; readonly id: string }
  | { readonly do: "insert_identity_pool"; readonly record: IdentityPoolRecord }
  /** `identity_pool_not_found` when it is gone. */
  | {
      readonly do: "update_identity_pool";
      readonly id: string;
      readonly change: Partial<Omit<IdentityPoolRecord, "id" | "createdAt" | "updatedAt">>;
      readonly updatedAt: string;
    }
  | { readonly do: "delete_identity_pool"; readonly id: string }
  | { readonly do: "insert_session"; readonly record: SessionRecord }
  /** Of one principal: `only` that one, or all but `except`. Those that ended already are no failure. */
  | {
      readonly do: "delete_sessions";
      readonly principalId: string;
      readonly only?: string;
      readonly except?: string;
    }
  /** In place of the principal's earlier link for the same purpose. */
  | { readonly do: "insert_one_time_link"; readonly record: OneTimeLinkRecord }
  /** `link_not_valid` when it was used, or replaced, meanwhile. */
  | { readonly do: "use_one_time_link"; readonly id: string; readonly at: string }
  /** `invitation_not_found` when it is gone. */
  | { readonly do: "delete_invitation"; readonly id: string }
  /** All but the audit trail and the keys that seal: for servers that tests are run against. */
  | { readonly do: "forget_everything" }
  | { readonly do: "append_audit"; readonly event: AuditEvent };

/** A page, in the order of its keyset. `next` is the key to start after, absent on the last page. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly next: string | undefined;
  /** Of the whole list under its filter; undefined where that is not known without counting. */
  readonly totalSize: number | undefined;
}

export interface ConnectionListFilter {
  readonly environmentId: string;
  /** Absent: all regions, ordered by name, cloud, region where that is the order. */
  readonly in?: Partial<RegionKey>;
  readonly types?: readonly string[];
  readonly phases?: readonly StatusPhase[];
  /** Stands in the name or the endpoint, letters of ASCII in any case. */
  readonly search?: string;
  /** By name when absent. */
  readonly order?: ConnectionOrder;
}

export interface ConnectionOrder {
  readonly by: "name" | "type" | "status" | "created_at" | "rotated_at" | "last_used_at";
  /** The same list from its end. */
  readonly isDescending: boolean;
}

export interface PrincipalFilter {
  readonly kind: PrincipalRecord["kind"];
  /** Only this one. */
  readonly id?: string;
  readonly name?: string;
}

/** What of a list somebody may see who manages some environments only: what is his own, and what stands in them. */
export interface Visible {
  readonly principalId: string;
  readonly environmentIds: readonly string[];
}

export interface ApiKeyFilter {
  readonly ownerId?: string;
  /** `cloud`: Cloud keys only; else Flink keys of this region. */
  readonly resource?:
    | "cloud"
    | { readonly cloud: string; readonly region: string; readonly environmentId?: string };
  /** Absent: all. */
  readonly visible?: Visible;
}

export interface RoleBindingFilter {
  readonly principalId?: string;
  readonly role?: string;
  readonly environmentId?: string;
  /** Absent: all. */
  readonly visible?: Visible;
}

export interface AuditFilter {
  readonly organizationId: string;
  /** Only events of this environment; absent: all. */
  readonly environmentId?: string;
  readonly cloud?: string;
  readonly region?: string;
  readonly action?: string;
  readonly principal?: string;
  readonly resourceKind?: string;
  readonly resourceName?: string;
  readonly outcome?: string;
  /** ISO times, `from` inclusive, `to` exclusive. */
  readonly from?: string;
  readonly to?: string;
}

/** Reads, each on a consistent view of its own. They see every write that was acknowledged. */
export interface Reads {
  organizations(): Promise<readonly OrganizationRecord[]>;
  environments(): Promise<readonly EnvironmentRecord[]>;
  environment(id: string): Promise<EnvironmentRecord | undefined>;
  regions(): Promise<readonly RegionRecord[]>;
  computePools(environmentId: string): Promise<readonly ComputePoolRecord[]>;
  principal(id: string): Promise<PrincipalRecord | undefined>;
  principals(): Promise<readonly PrincipalRecord[]>;
  roleBindings(principalId: string): Promise<readonly RoleBindingRecord[]>;
  apiKey(id: string): Promise<ApiKeyRecord | undefined>;
  /** In order of id, as are the other pages of the control plane; their `totalSize` is not known. */
  principalPage(
    filter: PrincipalFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Page<PrincipalRecord>>;
  apiKeyPage(filter: ApiKeyFilter, after: string | undefined, limit: number): Promise<Page<ApiKeyRecord>>;
  roleBinding(id: string): Promise<RoleBindingRecord | undefined>;
  roleBindingPage(
    filter: RoleBindingFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Page<RoleBindingRecord>>;
  computePool(id: string): Promise<ComputePoolRecord | undefined>;
  /** In any case. */
  userByEmail(email: string): Promise<PrincipalRecord | undefined>;
  session(id: string): Promise<SessionRecord | undefined>;
  sessions(principalId: string): Promise<readonly SessionRecord[]>;
  oneTimeLink(id: string): Promise<OneTimeLinkRecord | undefined>;
  oneTimeLinks(principalId: string): Promise<readonly OneTimeLinkRecord[]>;
  invitationPage(after: string | undefined, limit: number): Promise<Page<OneTimeLinkRecord>>;
  identityPools(): Promise<readonly IdentityPoolRecord[]>;
  ringKeys(): Promise<readonly RingKeyRecord[]>;
  isSeeded(kind: string, key: string): Promise<boolean>;
  useToken(id: string): Promise<UseTokenRecord | undefined>;
  /** In order of id. `createdBy` narrows to one principal's tokens. */
  useTokens(filter: {
    environmentId: string;
    createdBy?: string;
    after?: string;
    limit: number;
  }): Promise<Page<UseTokenRecord>>;
  connection(place: Place, name: string): Promise<ConnectionRecord | undefined>;
  /**
   * `after` is a `next` of an earlier page of the same filter. By status or search no more than 1000 are counted: there is no
   * `totalSize` when there are more.
   */
  connections(
    filter: ConnectionListFilter,
    after: string | undefined,
    limit: number,
  ): Promise<Page<ConnectionRecord>>;
  /** Names only, in byte order, for SHOW CONNECTIONS. */
  connectionNames(place: Place): Promise<readonly string[]>;
  /** Which regions of the environment hold a connection of this name. */
  connectionsNamed(environmentId: string, name: string): Promise<readonly ConnectionRecord[]>;
  credential(uid: string, version: number): Promise<CredentialRecord | undefined>;
  credentialVersions(uid: string): Promise<readonly CredentialVersionRecord[]>;
  /** Of all connections, in the order of their keys, from the one behind `after`. */
  credentialsAfter(after: CredentialKey, limit: number): Promise<readonly BoundCredentialRecord[]>;
  connectionByUid(uid: string): Promise<ConnectionRecord | undefined>;
  /** The last ten, newest first. */
  checks(uid: string): Promise<readonly CheckRecord[]>;
  checkPlan(uid: string): Promise<CheckPlanRecord | undefined>;
  /** Plans that are due at `at` and that no server is at, the longest due first. */
  dueChecks(at: string, limit: number): Promise<readonly CheckPlanRecord[]>;
  dueWebhooks(at: string, limit: number): Promise<readonly WebhookRecord[]>;
  /** Of all environments. */
  connectionCounts(): Promise<readonly ConnectionCount[]>;
  /** Of all connections, in the order of their uid, from the one behind `uid`. */
  certificatesAfter(uid: string, limit: number): Promise<readonly SeenCertificate[]>;
  pendingWebhooks(): Promise<number>;
  usage(
    uid: string,
    sinceDay: string,
  ): Promise<{ readonly last: LastUse | undefined; readonly days: readonly UsageDay[] }>;
  /** Definitions that name a connection, in byte order of their statement's name; without `totalSize`. */
  dependants(
    place: Place,
    connectionName: string,
    after: string | undefined,
    limit: number,
  ): Promise<Page<FoundDependant>>;
  /** The one that called last first. */
  callers(uid: string, sinceDay: string, limit: number): Promise<readonly ConnectionCaller[]>;
  statement(environmentId: string, name: string): Promise<StatementRecord | undefined>;
  statements(
    filter: {
      environmentId: string;
      in: { cloud: string; region: string };
      computePoolId?: string;
      labels?: Readonly<Record<string, string>>;
    },
    after: string | undefined,
    limit: number,
  ): Promise<Page<StatementRecord>>;
  /** What ran with one principal's rights, newest first; without `totalSize`. */
  recentStatements(
    place: Place,
    principal: string,
    after: string | undefined,
    limit: number,
  ): Promise<Page<StatementRecord>>;
  /** Rows of a result from `offset`. `total` is the whole result's length. */
  statementRows(
    environmentId: string,
    name: string,
    offset: number,
    limit: number,
  ): Promise<{ readonly rows: readonly ResultRow[]; readonly total: number }>;
  /** Newest first. There is a `totalSize` by organization and environment; no count is kept of the other filters. */
  auditEvents(filter: AuditFilter, after: string | undefined, limit: number): Promise<Page<StoredAuditEvent>>;
}

/** What is counted off the request path and written with the next batch. */
export type Note =
  | { readonly note: "event"; readonly event: AuditEvent }
  /** Like events of one second become one whose `count` grows. Used for refusals and reads. */
  | { readonly note: "counted_event"; readonly event: AuditEvent }
  /** A session was used at this time. */
  | { readonly note: "session_seen"; readonly id: string; readonly at: string }
  | {
      readonly note: "use";
      readonly uid: string;
      readonly at: string;
      readonly principal: string;
      readonly useTokenId: string | null;
    };

export interface Store {
  readonly read: Reads;
  /** Durable when it resolves. Concurrent calls share a commit. */
  write(steps: readonly Step[]): Promise<void>;
  /** Never waits and never throws; a crash may lose the last second. */
  note(note: Note): void;
  /**
   * Leaves nothing of what was overwritten or deleted in the files of the database; changes wait meanwhile. False: it is
   * still in the log, because somebody reads the database as it was before. Then `emptyLog` does the rest once they end.
   */
  compact(): Promise<boolean>;
  /** The cheap last part of `compact`; false while somebody is in the way. */
  emptyLog(): Promise<boolean>;
  /** Writes what was noted so far; for tests and for stopping. */
  flush(): Promise<void>;
  close(): Promise<void>;
}
