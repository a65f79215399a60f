import type { CreateTableBuilder, Kysely } from "kysely";
import type { ColumnTypes } from "./column-types.ts";

/** Every index costs each create a page of its own, so there is one per order that a list is read in, and no more. */
export async function createTables(db: Kysely<unknown>, types: ColumnTypes): Promise<void> {
  const { text, integer, bytes } = types;
  const table = (name: string, required: Columns, optional: Columns = {}) => {
    let builder: CreateTableBuilder<string, string> = db.schema.createTable(name);
    for (const [column, type] of Object.entries(required)) {
      builder = builder.addColumn(column, type, (definition) => definition.notNull());
    }
    for (const [column, type] of Object.entries(optional)) builder = builder.addColumn(column, type);
    return builder;
  };
  const index = (tableName: string, name: string, columns: string[]) =>
    db.schema.createIndex(`${tableName}_${name}`).on(tableName).columns(columns);

  await table("organization", { id: text, name: text, created_at: text })
    .addPrimaryKeyConstraint("organization_key", ["id"])
    .execute();
  await table("environment", { id: text, organization_id: text, name: text, created_at: text })
    .addPrimaryKeyConstraint("environment_key", ["id"])
    .execute();
  await table("region", { cloud: text, region: text, position: integer }, { endpoint: text, listen: text })
    .addPrimaryKeyConstraint("region_key", ["cloud", "region"])
    .execute();
  await table("compute_pool", {
    id: text,
    environment_id: text,
    cloud: text,
    region: text,
    name: text,
    created_at: text,
  })
    .addPrimaryKeyConstraint("compute_pool_key", ["id"])
    .execute();
  await index("compute_pool", "by_environment", ["environment_id", "id"]).execute();

  await table(
    "principal",
    { id: text, kind: text, name: text, created_at: text },
    { email: text, password_hash: text },
  )
    .addPrimaryKeyConstraint("principal_key", ["id"])
    .execute();
  await table(
    "role_binding",
    { id: text, principal_id: text, role: text, organization_id: text, created_at: text },
    { environment_id: text, service_account_id: text },
  )
    .addPrimaryKeyConstraint("role_binding_key", ["id"])
    .execute();
  await index("role_binding", "by_principal", ["principal_id", "id"]).execute();
  await table(
    "api_key",
    { id: text, secret_mac: bytes, owner_id: text, name: text, created_at: text },
    { environment_id: text, cloud: text, region: text },
  )
    .addPrimaryKeyConstraint("api_key_key", ["id"])
    .execute();
  await table(
    "use_token",
    {
      id: text,
      mac: bytes,
      environment_id: text,
      cloud: text,
      region: text,
      name: text,
      connections: text,
      created_at: text,
      created_by: text,
      expires_at: text,
    },
    { revoked_at: text, last_used_at: text },
  )
    .addPrimaryKeyConstraint("use_token_key", ["id"])
    .execute();
  await index("use_token", "by_environment", ["environment_id", "id"]).execute();
  await index("use_token", "by_creator", ["environment_id", "created_by", "id"]).execute();
  await index("use_token", "by_expiry", ["expires_at"]).execute();
  await index("use_token", "by_revocation", ["revoked_at"]).execute();
  await table("ring_key", { id: text, purpose: text, sealed: bytes, created_at: text })
    .addPrimaryKeyConstraint("ring_key_key", ["id"])
    .execute();
  await table("seeded", { kind: text, key: text })
    .addPrimaryKeyConstraint("seeded_key", ["kind", "key"])
    .execute();

  await table(
    "connection",
    {
      uid: text,
      environment_id: text,
      cloud: text,
      region: text,
      name: text,
      type: text,
      wire_type: text,
      endpoint: text,
      options: text,
      auth_method: text,
      created_at: text,
      created_by: text,
      updated_at: text,
      updated_by: text,
      resource_version: integer,
      credential_version: integer,
      status_phase: text,
      status_detail: text,
    },
    { comment: text, status_checked_at: text },
  )
    .addPrimaryKeyConstraint("connection_key", ["uid"])
    .execute();
  await index("connection", "by_place", ["environment_id", "cloud", "region", "name"]).unique().execute();
  await index("connection", "by_name", ["environment_id", "name", "cloud", "region"]).execute();
  await index("connection", "by_type", ["environment_id", "type", "name", "cloud", "region"]).execute();
  await table("credential", {
    connection_uid: text,
    version: integer,
    auth_method: text,
    options: text,
    sealed: bytes,
    created_at: text,
    created_by: text,
  })
    .addPrimaryKeyConstraint("credential_key", ["connection_uid", "version"])
    .execute();
  await table("usage_day", {
    connection_uid: text,
    day: text,
    principal: text,
    calls: integer,
    last_at: text,
  })
    .addPrimaryKeyConstraint("usage_day_key", ["connection_uid", "day", "principal"])
    .execute();
  await index("usage_day", "by_day", ["day"]).execute();

  await table(
    "statement",
    {
      uid: text,
      environment_id: text,
      cloud: text,
      region: text,
      name: text,
      statement: text,
      properties: text,
      principal: text,
      stopped: integer,
      phase: text,
      detail: text,
      labels: text,
      resource_version: integer,
      row_count: integer,
      created_at: text,
      created_by: text,
      updated_at: text,
    },
    { compute_pool_id: text, traits: text },
  )
    .addPrimaryKeyConstraint("statement_key", ["uid"])
    .execute();
  await index("statement", "by_name", ["environment_id", "name"]).unique().execute();
  await index("statement", "by_place", ["environment_id", "cloud", "region", "name"]).execute();
  await table("statement_chunk", { statement_uid: text, chunk: integer, rows: text })
    .addPrimaryKeyConstraint("statement_chunk_key", ["statement_uid", "chunk"])
    .execute();
  await table("statement_label", { statement_uid: text, key: text, value: text })
    .addPrimaryKeyConstraint("statement_label_key", ["statement_uid", "key"])
    .execute();
  await index("statement_label", "by_value", ["key", "value", "statement_uid"]).execute();

  await table("tally", { kind: text, owner: text, cloud: text, region: text, label: text, total: integer })
    .addPrimaryKeyConstraint("tally_key", ["kind", "owner", "cloud", "region", "label"])
    .execute();

  await table(
    "audit_event",
    {
      instance: text,
      sequence: integer,
      id: text,
      at: text,
      action: text,
      outcome: text,
      count: integer,
      mac: text,
    },
    {
      code: text,
      principal: text,
      credential: text,
      address: text,
      request_id: text,
      organization_id: text,
      environment_id: text,
      cloud: text,
      region: text,
      resource_kind: text,
      resource_name: text,
    },
  )
    .addPrimaryKeyConstraint("audit_event_key", ["instance", "sequence"])
    .execute();
  await index("audit_event", "by_time", ["organization_id", "at", "instance", "sequence"]).execute();
  await table(
    "audit_chain",
    {
      instance: text,
      created_at: text,
      number: integer,
      began: text,
      head_sequence: integer,
      head_mac: text,
      floor_sequence: integer,
      floor_mac: text,
      seal: text,
    },
    { predecessor: text, predecessor_sequence: integer, predecessor_mac: text },
  )
    .addPrimaryKeyConstraint("audit_chain_key", ["instance"])
    .execute();
}

type Columns = Readonly<Record<string, ColumnTypes["text"]>>;
