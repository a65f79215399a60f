import type { CheckFailure } from "../check-failure.ts";
import { type Framing, maxAnswerBytes } from "./whole-messages.ts";

/**
 * What a MongoDB server may answer to a greeting and a login: one document, in an OP_REPLY where the driver asked by OP_QUERY,
 * as it does in its greeting, else in an OP_MSG: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
 */
export function mongodbFraming(misunderstood: () => CheckFailure): Framing {
  return (bytes) => {
    if (bytes.length < 4) return undefined;
    const length = bytes.readInt32LE(0);
    if (length <= headBytes || length > maxAnswerBytes) throw misunderstood();
    if (bytes.length < length) return undefined;
    const at = documentPlace(bytes.subarray(0, length));
    // The smallest document is its own length and a NUL.
    if (at === undefined || length < at + 5 || bytes.readInt32LE(at) !== length - at) throw misunderstood();
    return length;
  };
}

const headBytes = 16;
const opReply = 1;
const opMsg = 2013;

/** Where the one document begins; undefined for a message with none, several, or something else in it. */
function documentPlace(message: Buffer): number | undefined {
  switch (message.readInt32LE(12)) {
    case opReply:
      return message.length >= 36 && message.readInt32LE(32) === 1 ? 36 : undefined;
    case opMsg:
      // No checksum, nothing more to come; a section of kind 0.
      return message.length >= 21 && message.readUInt16LE(16) === 0 && message[20] === 0 ? 21 : undefined;
    default:
      return undefined;
  }
}
