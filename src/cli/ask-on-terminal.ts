import { type Readable, Writable } from "node:stream";
import { Interrupted } from "./interrupted.ts";
import type { Io } from "./io.ts";

/** What every prompt of @clack/prompts takes. */
interface PromptStreams {
  readonly input: Readable;
  readonly output: Writable;
  readonly signal: AbortSignal;
  readonly withGuide: false;
}

/** Runs one prompt. Ctrl-C ends it with Interrupted, and so does Ctrl-D on an empty line. */
export async function askOnTerminal<Answer>(
  io: Io,
  ask: (streams: PromptStreams) => Promise<Answer | symbol>,
): Promise<Answer> {
  const input = io.stdin as Readable; // a terminal is a stream of node's
  const ended = new AbortController();
  let isAnswered = false;
  // The prompt would wait for keys for ever when readline below it has closed, which it also does behind every answer.
  const end = () =>
    void setImmediate(() => {
      if (!isAnswered) ended.abort();
    });
  input.once("pause", end).once("end", end);
  try {
    const answer = await ask({ input, output: drawingOf(io), signal: ended.signal, withGuide: false });
    if (typeof answer === "symbol") throw new Interrupted();
    return answer;
  } finally {
    isAnswered = true;
    input.off("pause", end).off("end", end);
  }
}

/** Where a prompt draws: without colours where none are wanted, and never on 0 columns, where it would wrap without an end. */
function drawingOf({ stderr, env }: Io): Writable {
  const terminal = stderr.drawing ?? stderr;
  const isPlain = Boolean(env.NO_COLOR) || env.TERM === "dumb";
  const drawing = new Writable({
    decodeStrings: false,
    write: (text: string, _encoding, done) => {
      terminal.write(isPlain ? withoutColours(text) : text);
      done();
    },
  });
  return Object.defineProperty(drawing, "columns", { get: () => terminal.columns || 80 });
}

function withoutColours(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is what such a sequence begins with.
  return text.replace(/\u001b\[[\d;]*m/g, "");
}
