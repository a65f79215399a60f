import { useState } from "react";

/** What was loaded last, for as long as nothing newer can be: a failed load leaves on screen what was there. */
export function useLast<Value>(value: Value | undefined): Value | undefined {
  const [last, setLast] = useState(value);
  if (value !== undefined && value !== last) setLast(value);
  return value ?? last;
}
