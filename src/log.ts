import { type Logger, pino } from "pino";

export type Log = Logger;

export interface LogTarget {
  readonly isTTY?: boolean;
  readonly write: (text: string) => unknown;
}

/**
 * The one logger. Standard output belongs to the start message, so it writes to standard error: JSON for machines, short
 * lines on a terminal. A `Secret` prints as `[redacted]` by itself; of errors only known parts are written, because their
 * other fields may hold requests, and nobody logs bodies, headers or paths of calls.
 */
export function createLog(level: string, target: LogTarget): Log {
  const options = {
    level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: describeError, error: describeError },
  };
  if (target.isTTY !== true) return pino(options, { write: (line) => void target.write(line) });
  return pino(options, { write: (line) => void target.write(humanLine(line)) });
}

interface DescribedError {
  readonly type: string;
  readonly code?: string;
  readonly message: string;
  readonly stack: readonly string[];
  readonly cause?: DescribedError;
}

const deepestCause = 5;

function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error))
    return { type: typeof error, message: "something that is no Error was thrown", stack: [] };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    message: quotesItsInput(error) ? "not shown, because it quotes the input" : error.message,
    // The first lines of `stack` repeat the message.
    stack: (error.stack ?? "")
      .split("\n")
      .filter((line) => /^\s+at /.test(line))
      .map((line) => line.trim()),
    ...(error.cause === undefined || depth >= deepestCause
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  };
}

/**
 * `JSON.parse` and its like put a piece of the text that they could not parse into their message, and the language itself the
 * value that it could not work with: "Cannot create property 'a' on string '...'".
 */
function quotesItsInput(error: Error): boolean {
  return error instanceof SyntaxError || error instanceof TypeError || error instanceof RangeError;
}

function humanLine(line: string): string {
  const { level, time, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const facts = Object.entries(rest).map(
    ([key, value]) => ` ${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const error = err === undefined ? "" : `\n${humanError(err as DescribedError)}`;
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${String(msg ?? "")}${facts.join("")}${error}\n`;
}

function humanError({ type, message, stack, cause }: DescribedError): string {
  const frames = stack.map((frame) => `    ${frame}`).join("\n");
  return `  ${type}: ${message}\n${frames}${cause === undefined ? "" : `\n  caused by\n${humanError(cause)}`}`;
}
