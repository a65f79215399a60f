import type { Client } from "./client.ts";

/** Answer of `POST /keymoor/v1/master-key/rotate`. */
export interface RotatedMasterKey {
  readonly key_id: string;
  readonly previous_key_id: string;
  /** Credential versions that were sealed anew. */
  readonly credentials: number;
  /** Those that did not open before either. */
  readonly unopened: number;
  /** In the log of the database, which another program reads. */
  readonly old_copies_remain: boolean;
  readonly seconds: number;
}

/** The answer comes when every data key is sealed under the new key, which takes seconds for ten thousands of them. */
const longestMs = 3_600_000;

export function rotateMasterKey(client: Client): Promise<RotatedMasterKey> {
  return client.request({ method: "POST", path: "/keymoor/v1/master-key/rotate", timeoutMs: longestMs });
}
