import { all, first, type Placeholders, query, type Work } from "./query.ts";
import type { ConnectionCount, SeenCertificate } from "./records.ts";

export function* connectionCounts(): Work<readonly ConnectionCount[]> {
  const rows = yield* all(countsByTypeAndPhase, {});
  return rows.map(({ type, phase, count }) => ({ type, phase, count: Number(count) })); // PostgreSQL counts in text
}

export function* certificatesAfter(uid: string, limit: number): Work<readonly SeenCertificate[]> {
  return yield* all(certificatePage, { uid, limit });
}

export function* pendingWebhooks(): Work<number> {
  const row = yield* first(webhookCount, {});
  return Number(row?.count ?? 0);
}

const countsByTypeAndPhase = query((db, _value: Placeholders<object>) =>
  db
    .selectFrom("connection")
    .select(["type", "statusPhase as phase"])
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .groupBy(["type", "statusPhase"])
    .orderBy("type")
    .orderBy("statusPhase"),
);

/** One search in the key of the checks for each connection: the last one that saw a certificate is among the last ten. */
const certificatePage = query((db, value: Placeholders<{ uid: string; limit: number }>) =>
  db
    .selectFrom("connection")
    .select(["uid", "environmentId", "cloud", "region", "name"])
    .select(({ selectFrom }) =>
      selectFrom("connectionCheck")
        .select("certificateExpiresAt")
        .whereRef("connectionUid", "=", "connection.uid")
        .where("certificateExpiresAt", "is not", null)
        .orderBy("number", "desc")
        .limit(1)
        .as("expiresAt"),
    )
    .where("uid", ">", value("uid"))
    .orderBy("uid")
    .limit(value("limit")),
);

const webhookCount = query((db, _value: Placeholders<object>) =>
  db.selectFrom("webhookDelivery").select(({ fn }) => fn.countAll<number | string>().as("count")),
);
