import { expect, test } from "vitest";
import { maxAnswerBytes, WholeMessages } from "./whole-messages.ts";

/** Messages that begin with their length in one byte. */
function open(): WholeMessages {
  return new WholeMessages(
    (bytes) => {
      if (bytes[0] === 0) throw new Error("a length of nothing");
      return bytes[0];
    },
    () => new Error("too much"),
  );
}

test("messages are passed on when they are whole, however they come", () => {
  const messages = open();
  const bytes = Buffer.from([3, 1, 1, 1, 2, 9]);
  const passed = [...bytes].map((byte) => [...messages.next(Buffer.of(byte))]);
  expect(passed).toEqual([[], [], [3, 1, 1], [1], [], [2, 9]]);
  expect([...open().next(Buffer.concat([bytes, bytes.subarray(0, 2)]))]).toEqual([...bytes]);
});

test("a message that can be none ends them", () => {
  expect(() => open().next(Buffer.from([1, 0]))).toThrow("a length of nothing");
});

test("so do more bytes than a login takes, in one piece or many", () => {
  expect(() => open().next(Buffer.alloc(maxAnswerBytes + 1, 1))).toThrow("too much");
  const messages = open();
  messages.next(Buffer.alloc(maxAnswerBytes, 1));
  expect(() => messages.next(Buffer.of(1))).toThrow("too much");
});
