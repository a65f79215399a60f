import { printable } from "./output/printable.ts";

/** A stream that text is written to. */
export interface Output {
  /** false: wait for `drain` before more. */
  write(text: string | Uint8Array): unknown;
  once?(event: "drain", listener: () => void): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  /** The same stream for what we draw ourselves; only set where `write` takes nothing that drives a terminal. */
  readonly drawing?: Output;
}

/** What a command has of the world around it; tests give their own. */
export interface Io {
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  /** Data only. */
  readonly stdout: Output;
  /** Messages, questions, progress. */
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Working directory: relative paths of flags start here. */
  readonly folder: string;
  /** Told of the command that begins, e.g. `keymoor connection list`. */
  readonly onCommand?: (path: string) => void;
}

/**
 * Messages repeat names and sentences of a server, which must not drive the terminal: everything written to standard error is
 * made printable, unless it goes to `drawing`.
 */
export function withPrintableMessages(io: Io): Io {
  const { stderr } = io;
  const stream: Output = {
    write: (text) => stderr.write(typeof text === "string" ? printable(text) : text),
    ...(stderr.isTTY !== undefined && { isTTY: stderr.isTTY }),
    get columns() {
      return stderr.columns ?? 0;
    },
    drawing: stderr,
  };
  return { ...io, stderr: stream };
}

export function processIo(): Io {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    folder: process.cwd(),
  };
}
