import { Type } from "@sinclair/typebox";

/** An answer without a body, sent by `send(undefined)`: null would be written out. The documents show no content for it. */
export const noContent = (description: string) => Type.Unsafe<undefined>(Type.Null({ description }));
