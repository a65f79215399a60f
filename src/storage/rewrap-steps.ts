import { change, type Placeholders, query, type Work } from "./query.ts";
import type { CredentialKey } from "./records.ts";
import type { Step } from "./store.ts";

/** What somebody else has changed or destroyed since it was read stays as it is now. */
export function* rewrap({ credentials, ringKeys }: Extract<Step, { do: "rewrap" }>): Work<void> {
  for (const credential of credentials) yield* change(rewrapCredential, credential);
  for (const ringKey of ringKeys) yield* change(rewrapRingKey, ringKey);
}

interface Exchange {
  readonly from: Uint8Array;
  readonly to: Uint8Array;
}

const rewrapCredential = query((db, value: Placeholders<CredentialKey & Exchange>) =>
  db
    .updateTable("credential")
    .set({ sealed: value("to") })
    .where("connectionUid", "=", value("connectionUid"))
    .where("version", "=", value("version"))
    .where("sealed", "=", value("from")),
);

const rewrapRingKey = query((db, value: Placeholders<{ id: string } & Exchange>) =>
  db
    .updateTable("ringKey")
    .set({ sealed: value("to") })
    .where("id", "=", value("id"))
    .where("sealed", "=", value("from")),
);
