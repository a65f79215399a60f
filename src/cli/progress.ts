import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";

const quietMs = 1_000;

/** Does the work, and says so with the seconds that went by: only on a terminal, and only when it takes longer than one. */
export async function withProgress<Result>(
  { stderr }: Io,
  text: string,
  work: () => Promise<Result>,
): Promise<Result> {
  if (stderr.isTTY !== true) return work();
  const screen = stderr.drawing ?? stderr;
  const startMs = performance.now();
  let isShown = false;
  const timer = setInterval(() => {
    isShown = true;
    screen.write(`\r${printable(text)} … ${Math.round((performance.now() - startMs) / 1000)} s`);
  }, quietMs);
  timer.unref();
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (isShown) screen.write("\r\u001b[K");
  }
}
