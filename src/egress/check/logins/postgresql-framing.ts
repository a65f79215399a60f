import { CheckFailure } from "../check-failure.ts";
import { type Framing, maxAnswerBytes } from "./whole-messages.ts";

/**
 * What a PostgreSQL server may send until it is ready for a first query:
 * https://www.postgresql.org/docs/current/protocol-message-formats.html
 */
export function postgresqlFraming({
  isEncrypted,
  misunderstood,
}: {
  readonly isEncrypted: boolean;
  readonly misunderstood: () => CheckFailure;
}): Framing {
  const asked = new Set<number>();

  function judgeAuthentication(body: Buffer): void {
    if (body.length < 4) throw misunderstood();
    const request = body.readInt32BE(0);
    // Each has its place in a login once. For every answer in SCRAM the driver would hash the password again.
    if (asked.has(request)) throw misunderstood();
    asked.add(request);
    if (request === cleartextPassword && !isEncrypted) {
      throw new CheckFailure(
        "cannot_tell",
        "Not sent: the server asks for the password in clear text, and the connection is not encrypted; add sslmode=require to the endpoint",
      );
    }
    if (request === saslMechanisms && !endsList(body)) throw misunderstood();
  }

  return (bytes) => {
    const kind = bytes[0];
    if (kind !== undefined && !kinds.includes(kind)) throw misunderstood();
    if (bytes.length < headBytes) return undefined;
    const length = bytes.readUInt32BE(1);
    if (length < 4 || length > maxAnswerBytes) throw misunderstood();
    if (bytes.length < 1 + length) return undefined;
    const body = bytes.subarray(headBytes, 1 + length);
    switch (String.fromCharCode(kind ?? 0)) {
      case "R":
        judgeAuthentication(body);
        break;
      // The driver looks for the NUL at a text's end, and beyond the message's if need be.
      case "E":
      case "N":
        if (!endsList(body)) throw misunderstood();
        break;
      case "Z":
        if (!asked.has(authenticationOk)) throw misunderstood();
        break;
      case "S":
        if (body.at(-1) !== 0 || body.indexOf(0) === body.length - 1) throw misunderstood();
        break;
    }
    return 1 + length;
  };
}

const headBytes = 5;
/** Authentication, ErrorResponse, NoticeResponse, ParameterStatus, BackendKeyData, ReadyForQuery. */
const kinds = Buffer.from("RENSKZ");
const authenticationOk = 0;
const cleartextPassword = 3;
const saslMechanisms = 10;

/** The NUL of the last text, and one in the place of a further text. */
function endsList(body: Buffer): boolean {
  return body.at(-1) === 0 && body.at(-2) === 0;
}
