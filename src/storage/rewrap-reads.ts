import { all, type Placeholders, query, type Work } from "./query.ts";
import type { BoundCredentialRecord, CredentialKey } from "./records.ts";

export function* credentialsAfter(
  { connectionUid, version }: CredentialKey,
  limit: number,
): Work<readonly BoundCredentialRecord[]> {
  return yield* all(boundCredentials, { connectionUid, version, limit });
}

/** What stood with a credential version when it was sealed; what of a connection never changes comes from its row. */
const boundCredentials = query((db, value: Placeholders<CredentialKey & { limit: number }>) =>
  db
    .selectFrom("credential")
    .innerJoin("connection", "connection.uid", "credential.connectionUid")
    .select([
      "credential.connectionUid as uid",
      "credential.version",
      "credential.authMethod",
      "credential.options",
      "credential.sealed",
      "connection.environmentId",
      "connection.cloud",
      "connection.region",
      "connection.name",
      "connection.type",
      "connection.endpoint",
    ])
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple("credential.connectionUid", "credential.version"),
        ">",
        tuple(value("connectionUid"), value("version")),
      ),
    )
    .orderBy("credential.connectionUid")
    .orderBy("credential.version")
    .limit(value("limit")),
);
