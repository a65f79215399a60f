import { Cursor } from "./cursor.ts";

/** Refuses what stands behind a statement, semicolons aside. */
export function expectEnd(cursor: Cursor): void {
  let isOver = false;
  while (cursor.takeMark(";")) isOver = true;
  if (cursor.peek() === undefined) return;
  if (!isOver) throw cursor.unexpected(["the end of the statement"]);
  throw cursor.fail("sql_not_supported", "A second statement begins", cursor.peek(), {
    hint: "Send one statement at a time.",
  });
}

/** Refuses a text of two statements. */
export function judgeSingle(text: string): void {
  const cursor = new Cursor(text);
  while (!cursor.isOver()) cursor.take();
  expectEnd(cursor);
}
