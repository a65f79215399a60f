import { PassThrough, type Readable } from "node:stream";
import { KeymoorError } from "../errors.ts";
import type { EgressLimits } from "./limits.ts";

/** A Buffer can be sent again; a stream only once. */
export type CallBody = Buffer | Readable | undefined;

export interface BodyNeeds {
  readonly lengthBytes: number | undefined;
  /** The auth method signs the body. */
  readonly isSigned: boolean;
  /** A 401 is to be tried again. */
  readonly isRetried: boolean;
  readonly limits: EgressLimits;
}

/** The caller's body in the form in which it is sent: in one piece where that is needed or cheaper, else as it comes. */
export function takeBody(source: Readable | undefined, needs: BodyNeeds): CallBody | Promise<CallBody> {
  if (source === undefined) return undefined;
  const { lengthBytes, isSigned, isRetried, limits } = needs;
  if (isSigned) return readAll(source, limits.signedBodyBytes, lengthBytes);
  const bufferedBytes = isRetried ? limits.retryBodyBytes : limits.smallBodyBytes;
  if (lengthBytes !== undefined && lengthBytes <= bufferedBytes)
    return readAll(source, bufferedBytes, lengthBytes);
  return shielded(source);
}

/** The caller went away: nobody is left to read this, it only ends the call. */
export function callerLeft(): KeymoorError {
  return new KeymoorError("upstream_unreachable", "The caller went away before the service had answered.");
}

function readAll(source: Readable, limitBytes: number, lengthBytes = 0): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const settle = (error: KeymoorError | undefined): void => {
      source.off("data", onData).off("end", onEnd).off("close", onClose).off("error", onClose);
      if (error === undefined)
        resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks, size));
      else {
        source.on("error", () => {}); // what it says later is nobody's concern
        reject(error);
      }
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      chunks.push(chunk);
      if (size <= limitBytes) return;
      settle(tooLarge(limitBytes));
      source.resume(); // who is still sending does not read the refusal
    };
    const onEnd = (): void => settle(undefined);
    const onClose = (): void => settle(callerLeft());

    if (lengthBytes > limitBytes) return reject(tooLarge(limitBytes));
    if (source.readableEnded) return resolve(Buffer.alloc(0));
    if (source.destroyed) return reject(callerLeft());
    source.on("data", onData).on("end", onEnd).on("close", onClose).on("error", onClose);
  });
}

/**
 * The source behind a stream that may be destroyed: undici destroys the body when a service answers before it has read
 * all of it, and to destroy a server's request is to cut the caller off before he has that answer.
 */
function shielded(source: Readable): Readable {
  const body = new PassThrough();
  body.on("error", () => {}); // the caller may go before anyone reads this, while a token is fetched
  const leave = (): void => {
    if (!source.readableEnded) body.destroy(callerLeft());
  };
  source.once("error", leave).once("close", leave);
  body.once("close", () => {
    source.off("close", leave);
    // What the service did not want still has to be taken from the caller, or he never gets to read the answer.
    if (!source.readableEnded) source.resume();
  });
  if (source.destroyed) leave();
  else source.pipe(body);
  return body;
}

function tooLarge(limitBytes: number): KeymoorError {
  const size =
    limitBytes >= 1024 * 1024 ? `${Math.floor(limitBytes / (1024 * 1024))} MiB` : `${limitBytes} bytes`;
  return new KeymoorError("body_too_large", `The body is larger than ${size}, the most that can be signed.`, {
    hint: "AWS signatures need the whole body before its first byte is sent.",
  });
}
