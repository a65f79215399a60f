import { ClientError } from "../client/client-error.ts";
import { KeymoorError } from "../errors.ts";
import { CommandFailure } from "./command-failure.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { Interrupted } from "./interrupted.ts";
import type { Io } from "./io.ts";
import { UsageError } from "./usage-error.ts";

/** Renders any failure of a command on standard error and says what the process ends with. */
export function reportFailure(io: Io, error: unknown): ExitCode {
  if (error instanceof Interrupted) return exitCodes.interrupted.code;
  const { message, hint, usage, exitCode } = rendered(error);
  io.stderr.write(`Error: ${message}\n`);
  if (hint !== undefined) io.stderr.write(`\nSuggestions:\n${indented(hint)}\n`);
  if (usage !== undefined) io.stderr.write(usage);
  return exitCode;
}

interface Rendered {
  readonly message: string;
  readonly hint?: string | undefined;
  readonly usage?: string | undefined;
  readonly exitCode: ExitCode;
}

function rendered(error: unknown): Rendered {
  if (error instanceof UsageError) {
    return { message: error.message, ...error.details, exitCode: exitCodes.usage.code };
  }
  if (error instanceof CommandFailure) {
    return { message: error.message, hint: error.hint, exitCode: error.exitCode };
  }
  if (error instanceof ClientError) return refusal(error);
  if (error instanceof KeymoorError) {
    return { message: error.message, hint: error.details.hint, exitCode: exitCodes.failed.code };
  }
  return fault(error);
}

function refusal({ kind, message, details }: ClientError): Rendered {
  if (kind === "unreachable") return { message, hint: details.hint, exitCode: exitCodes.unreachable.code };
  if (details.status === 401) {
    const hint =
      details.hint ?? "Log in with `keymoor login`, or set KEYMOOR_API_KEY and KEYMOOR_API_SECRET.";
    return { message, hint, exitCode: exitCodes.notLoggedIn.code };
  }
  const isServersFault = (details.status ?? 0) >= 500 && details.requestId !== undefined;
  return {
    message: isServersFault ? `${message} (request id ${details.requestId})` : message,
    hint: details.hint,
    exitCode: exitCodes.failed.code,
  };
}

/** Our bug. A stack names places in our code; a message might quote data. */
function fault(error: unknown): Rendered {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const frames = stack.split("\n").filter((line) => /^\s+at /.test(line));
  const type = error instanceof Error ? error.name : typeof error;
  return {
    message: `a fault of Keymoor itself (${type}). Please report it with these lines:\n${frames.join("\n")}`,
    exitCode: exitCodes.failed.code,
  };
}

function indented(lines: string): string {
  return lines.replace(/^/gm, "    ");
}
