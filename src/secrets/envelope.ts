import { randomBytes } from "node:crypto";
import { openBytes, sealBytes } from "./aead.ts";
import type { KeyWrapper } from "./key-wrapper.ts";

/**
 * Bytes: format (1), length of the key id (1), key id, length of the wrapped data key (2), wrapped data key, sealed content.
 * The format byte leads, so that a later one can be told apart.
 */
const format = 1;
const dataKeyBytes = 32;

/** Seals under a data key of its own, wrapped by the current master key. */
export function sealEnvelope(wrapper: KeyWrapper, plain: Uint8Array, context: string): Uint8Array {
  const dataKey = randomBytes(dataKeyBytes);
  try {
    return putTogether(wrapper, dataKey, sealBytes(dataKey, plain, context), context);
  } finally {
    dataKey.fill(0);
  }
}

/** The plain bytes; the caller wipes them when done. */
export function openEnvelope(wrapper: KeyWrapper, sealed: Uint8Array, context: string): Uint8Array {
  const { keyId, wrapped, content } = takeApart(sealed);
  const dataKey = wrapper.unwrap(keyId, wrapped, context);
  try {
    return openBytes(dataKey, content, context);
  } finally {
    dataKey.fill(0);
  }
}

/**
 * The same content under the same data key, which is wrapped by the current master key now; undefined when it is already.
 * The content is not opened.
 */
export function rewrapEnvelope(
  wrapper: KeyWrapper,
  sealed: Uint8Array,
  context: string,
): Uint8Array | undefined {
  const { keyId, wrapped, content } = takeApart(sealed);
  if (keyId === wrapper.keyId) return undefined;
  const dataKey = wrapper.unwrap(keyId, wrapped, context);
  try {
    return putTogether(wrapper, dataKey, content, context);
  } finally {
    dataKey.fill(0);
  }
}

/** Which master key sealed it. */
export function envelopeKeyId(sealed: Uint8Array): string {
  return takeApart(sealed).keyId;
}

function putTogether(
  wrapper: KeyWrapper,
  dataKey: Uint8Array,
  content: Uint8Array,
  context: string,
): Uint8Array {
  const keyId = Buffer.from(wrapper.keyId);
  const wrapped = wrapper.wrap(dataKey, context);
  const lengths = Buffer.from([format, keyId.length]);
  const wrappedLength = Buffer.alloc(2);
  wrappedLength.writeUInt16BE(wrapped.length);
  return Buffer.concat([lengths, keyId, wrappedLength, wrapped, content]);
}

function takeApart(sealed: Uint8Array): { keyId: string; wrapped: Uint8Array; content: Uint8Array } {
  const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (bytes[0] !== format) throw new Error("sealed bytes have an unknown format");
  const idEnd = 2 + (bytes[1] ?? 0);
  if (bytes.length < idEnd + 2) throw new Error("sealed bytes are cut off");
  const wrappedEnd = idEnd + 2 + bytes.readUInt16BE(idEnd);
  return {
    keyId: bytes.toString("utf8", 2, idEnd),
    wrapped: bytes.subarray(idEnd + 2, wrappedEnd),
    content: bytes.subarray(wrappedEnd),
  };
}
