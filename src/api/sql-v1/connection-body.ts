import { type Static, Type } from "@sinclair/typebox";
import { parseAuthData } from "../../connections/auth-data.ts";
import { KeymoorError } from "../../errors.ts";
import type { Act } from "../../operations/act.ts";
import type { CheckUnsaved } from "../../operations/check-unsaved.ts";
import type { CreateConnection } from "../../operations/create-connection.ts";
import type { ExtendedDescription } from "../../operations/describe-connection.ts";
import type { CredentialChange } from "../../operations/rotate-connection.ts";
import {
  expectedVersion,
  judgePath,
  objectMetadata,
  readOnlyFields,
  sentMetadata,
} from "../contract-object.ts";
import { ListMetadata } from "../list-page.ts";
import { resourceName, wholeSeconds } from "../resource-url.ts";

const apiVersion = Type.Literal("sql/v1");
const kind = Type.Literal("Connection");

const AuthData = Type.Object(
  {
    kind: Type.Optional(
      Type.Union([Type.Literal("PlaintextProvider"), Type.Literal("sql.v1.PlaintextProvider")]),
    ),
    data: Type.String({
      contentMediaType: "application/json",
      writeOnly: true,
      description:
        "The credential: a JSON object written as a string, with the keys of the connection type. Answers always say `<REDACTED>`.",
      examples: ['{"API_KEY":"sk-..."}'],
    }),
  },
  { title: "AuthData", additionalProperties: false },
);

const sentConnection = {
  api_version: Type.Optional(apiVersion),
  kind: Type.Optional(kind),
  metadata: Type.Optional(Type.Object(sentMetadata, { additionalProperties: false })),
  ...readOnlyFields,
};

const connectionType = Type.String({
  description: "One of `GET /keymoor/v1/connection-types`, in any case.",
  examples: ["OPENAI"],
});
const endpoint = Type.String({
  description: "Where the service answers; kept byte for byte, at most 16384 characters.",
  examples: ["https://api.openai.com/v1/chat/completions"],
});

export const NewConnection = Type.Object(
  {
    name: Type.String({
      description: "At most 100 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends.",
      examples: ["my-openai"],
    }),
    spec: Type.Object(
      { connection_type: connectionType, endpoint, auth_data: AuthData },
      { additionalProperties: false },
    ),
    ...sentConnection,
  },
  { title: "NewConnection", additionalProperties: false },
);

/** A connection that is checked and not kept, and so needs no name. */
export const UnsavedConnection = Type.Object(
  { ...NewConnection.properties, name: Type.Optional(NewConnection.properties.name) },
  { title: "UnsavedConnection", additionalProperties: false },
);

export const ChangedConnection = Type.Object(
  {
    name: Type.Optional(Type.String({ description: "As in the path." })),
    spec: Type.Object(
      {
        connection_type: Type.Optional(Type.String({ description: "When sent, the stored one." })),
        endpoint: Type.Optional(Type.String({ description: "When sent, the stored one." })),
        auth_data: AuthData,
      },
      { additionalProperties: false },
    ),
    ...sentConnection,
  },
  { title: "ChangedConnection", additionalProperties: false },
);

export const Connection = Type.Object(
  {
    api_version: apiVersion,
    kind,
    metadata: Type.Object(objectMetadata),
    name: Type.String(),
    spec: Type.Object({
      connection_type: Type.String(),
      endpoint: Type.String(),
      auth_data: Type.Object({
        kind: Type.Literal("PlaintextProvider"),
        data: Type.Literal("<REDACTED>"),
      }),
    }),
    status: Type.Object({
      phase: Type.String({ description: "PENDING, READY, UNREACHABLE or INVALID_AUTH." }),
      detail: Type.String(),
    }),
  },
  {
    title: "Connection",
    examples: [
      {
        api_version: "sql/v1",
        kind: "Connection",
        metadata: {
          self: "http://127.0.0.1:8090/sql/v1/organizations/1111aaaa-11aa-11aa-11aa-111111aaaaaa/environments/env-abc123/connections/my-openai",
          resource_name:
            "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa/environment=env-abc123/flink-region=aws.us-east-1/connection=my-openai",
          created_at: "2026-11-20T09:00:00Z",
          updated_at: "2026-11-20T09:00:00Z",
          uid: "5b6cbb0c-4ad0-4bb6-9f4f-3f2a6f3c9b62",
          resource_version: "1",
        },
        name: "my-openai",
        spec: {
          connection_type: "OPENAI",
          endpoint: "https://api.openai.com/v1/chat/completions",
          auth_data: { kind: "PlaintextProvider", data: "<REDACTED>" },
        },
        status: { phase: "PENDING", detail: "" },
      },
    ],
  },
);

export const ConnectionList = Type.Object(
  {
    api_version: apiVersion,
    kind: Type.Literal("ConnectionList"),
    metadata: ListMetadata,
    data: Type.Array(Connection),
  },
  { title: "ConnectionList" },
);

type ConnectionRecord = ExtendedDescription["connection"];

export function connectionBody(
  act: Act,
  collectionUrl: string,
  record: ConnectionRecord,
): Static<typeof Connection> {
  return {
    api_version: "sql/v1",
    kind: "Connection",
    metadata: {
      self: `${collectionUrl}/${record.name}`,
      resource_name: resourceName(act, "connection", record.name, record),
      created_at: wholeSeconds(record.createdAt),
      updated_at: wholeSeconds(record.updatedAt),
      uid: record.uid,
      resource_version: String(record.resourceVersion),
    },
    name: record.name,
    spec: {
      connection_type: record.wireType,
      endpoint: record.endpoint,
      auth_data: { kind: "PlaintextProvider", data: "<REDACTED>" },
    },
    status: { phase: record.status.phase, detail: record.status.detail },
  };
}

export function parseNewConnection(act: Act, body: Static<typeof NewConnection>): CreateConnection {
  judgePath(act, "connection", body.name, body);
  const { connection_type: type, endpoint, auth_data } = body.spec;
  return {
    name: body.name,
    type,
    endpoint,
    ...credential(auth_data.data),
    comment: undefined,
    onExisting: "fail",
    alongside: () => [],
  };
}

export function parseUnsavedConnection(act: Act, body: Static<typeof UnsavedConnection>): CheckUnsaved {
  const { name, spec } = body;
  if (name !== undefined) judgePath(act, "connection", name, body);
  return {
    name,
    type: spec.connection_type,
    endpoint: spec.endpoint,
    ...credential(spec.auth_data.data),
  };
}

export function parseChangedConnection(
  act: Act,
  name: string,
  body: Static<typeof ChangedConnection>,
): Omit<CredentialChange, "mode"> {
  judgePath(act, "connection", name, body);
  const { connection_type: type, endpoint, auth_data } = body.spec;
  const expectedResourceVersion = expectedVersion(body.metadata);
  const expectedUid = body.metadata?.uid || undefined;
  return {
    ...credential(auth_data.data),
    ...(type !== undefined && { type }),
    ...(endpoint !== undefined && { endpoint }),
    ...(expectedResourceVersion !== undefined && { expectedResourceVersion }),
    ...(expectedUid !== undefined && { expectedUid }),
  };
}

function credential(data: string) {
  // Sent back as it was read: editing must not store the mask.
  if (data === "<REDACTED>" || /^\*{3,}$/.test(data)) {
    throw new KeymoorError("secret_is_mask", "auth_data.data holds the mask, not a credential.", {
      hint: "Send the credential itself.",
      pointer: "/spec/auth_data/data",
    });
  }
  const { options, authType } = parseAuthData(data);
  return { options, ...(authType !== undefined && { authType }) };
}
