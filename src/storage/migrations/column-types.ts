import type { RawBuilder } from "kysely";

/** How a database spells the three types that the tables need. */
export interface ColumnTypes {
  /** Must compare by bytes, so that lists sort alike everywhere; on PostgreSQL that is `text collate "C"`. */
  readonly text: RawBuilder<unknown>;
  /** 64 bits. */
  readonly integer: RawBuilder<unknown>;
  readonly bytes: RawBuilder<unknown>;
}
