import type { FailedAttempts } from "../access/failed-attempts.ts";
import type { Egress } from "../egress/egress.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Passwords } from "../secrets/password.ts";
import type { ReferenceReader } from "../secrets/references.ts";
import type { Vault } from "../secrets/vault.ts";
import type { Vocabulary } from "../sql/vocabulary.ts";
import type { Store } from "../storage/store.ts";
import type { AccessCache } from "./access-cache.ts";
import type { CheckLine } from "./check-line.ts";
import type { CredentialCache } from "./credential-cache.ts";
import type { MasterKeyRotation } from "./master-key-rotation.ts";

/** What operations stand on; `main.ts` puts it together. */
export interface Services {
  readonly store: Store;
  readonly vault: Vault;
  readonly references: ReferenceReader;
  readonly egress: Egress;
  readonly vocabulary: Vocabulary;
  readonly passwords: Passwords;
  readonly access: AccessCache;
  readonly credentials: CredentialCache;
  readonly failedAttempts: FailedAttempts;
  readonly masterKeyRotation: MasterKeyRotation;
  readonly checks: CheckLine;
  readonly metrics: Metrics;
  /** Says that there may be work for what runs beside requests. They return at once and never throw. */
  readonly nudge: { readonly checks: () => void; readonly reports: () => void };
  readonly settings: {
    /** Origin of the server as clients reach it, without a trailing slash. */
    readonly publicUrl: string;
    /** Credential versions that stay sealed for rollback, the current one included. */
    readonly keepVersions: number;
    /** Whether connections are checked without being asked. */
    readonly verifies: boolean;
    /** What becomes of a statement that needs an engine: it ends FAILED, or it is kept as if one had taken it. */
    readonly statements: "refuse" | "record";
    /** Whether a change of status is reported to a webhook. */
    readonly reportsStatus: boolean;
  };
  readonly now: () => Date;
}

/** Where a request came from, for the audit trail. */
export interface Origin {
  /** Client address, after trusted proxies. */
  readonly address: string;
  readonly requestId: string;
}
