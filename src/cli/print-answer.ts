import { open, stat } from "node:fs/promises";
import { type IncomingMessage, STATUS_CODES } from "node:http";
import { resolve } from "node:path";
import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";

interface Sink {
  readonly write: (chunk: Buffer) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface AnswerOutput {
  /** Status and headers first, on standard output. */
  readonly withHead: boolean;
  /** File for the body; undefined is standard output. */
  readonly path: string | undefined;
}

/** Prints a service's answer byte for byte: every piece as it comes, so that events are seen at once. */
export async function printAnswer(
  io: Io,
  answer: IncomingMessage,
  { withHead, path }: AnswerOutput,
): Promise<void> {
  if (withHead) io.stdout.write(printable(headText(answer)));
  const sink = path === undefined ? standardOutput(io) : await fileSink(resolve(io.folder, path));
  try {
    for await (const chunk of answer) await sink.write(chunk);
  } catch (error) {
    if (error instanceof CommandFailure) throw error;
    throw new CommandFailure("The answer broke off before its end.", {
      hint: [
        "The service went away, or Keymoor cut off an answer that holds the connection's secret. The latter is in the audit trail:",
        "`keymoor audit list --action connection.call --outcome failed`",
      ].join("\n"),
    });
  } finally {
    await sink.close();
  }
}

/** Refuses a file that is there, before anything is called. What is no ordinary file, such as /dev/null, loses nothing. */
export async function judgeFile(io: Io, path: string, isForced: boolean): Promise<void> {
  const facts = await stat(resolve(io.folder, path)).catch(() => undefined);
  if (isForced || facts?.isFile() !== true) return;
  throw new CommandFailure("The file that --output-file names exists already.", {
    hint: "--force writes over it. The call was not made.",
  });
}

/** The answer is printed by now; a status that is no success makes the command fail. */
export function judgeStatus({ statusCode = 0 }: IncomingMessage, connection: string): void {
  if (statusCode >= 200 && statusCode < 400) return;
  // In our words: those of the service may say anything.
  const text = STATUS_CODES[statusCode];
  throw new CommandFailure(`The service answered ${statusCode}${text === undefined ? "" : ` ${text}`}.`, {
    ...(statusCode === 401 && {
      hint: `It refused the connection's credential; \`keymoor connection verify ${connection}\` says more.`,
    }),
  });
}

function headText({ httpVersion, statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/${httpVersion} ${statusCode} ${statusMessage}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  }
  return `${lines.join("\n")}\n\n`;
}

function standardOutput({ stdout }: Io): Sink {
  let isFirst = true;
  return {
    write: async (chunk) => {
      if (isFirst && stdout.isTTY === true && chunk.includes(0)) {
        throw new CommandFailure("The answer is binary, which a terminal cannot show.", {
          hint: "Write it to a file with --output-file, or hand it on with |.",
        });
      }
      isFirst = false;
      if (stdout.write(chunk) !== false || stdout.once === undefined) return;
      await new Promise<void>((done) => stdout.once?.("drain", done));
    },
    close: async () => {},
  };
}

async function fileSink(path: string): Promise<Sink> {
  const file = await open(path, "w").catch(() => undefined);
  if (file === undefined) throw notWritten("The file that --output-file names cannot be opened.");
  return {
    write: async (chunk) => {
      try {
        await file.writeFile(chunk);
      } catch {
        throw notWritten("The file that --output-file names cannot be written to its end.");
      }
    },
    close: () => file.close(),
  };
}

function notWritten(message: string): CommandFailure {
  return new CommandFailure(message, {
    hint: "The call was made; look at the folder, its rights and its space.",
  });
}
