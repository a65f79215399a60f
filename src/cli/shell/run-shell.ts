import { createInterface } from "node:readline";
import type { Writable } from "node:stream";
import { completeStatement } from "../../sql/complete-statement.ts";
import { mask } from "../../sql/mask.ts";
import { splitStatements } from "../../sql/split-statements.ts";
import type { Io } from "../io.ts";
import { reportFailure } from "../report-failure.ts";
import type { History } from "./history.ts";
import { knownTypes } from "./known-types.ts";
import type { StatementRunner } from "./statement-runner.ts";

export interface ShellParts {
  readonly run: StatementRunner;
  readonly history: History;
  /** Asked when Tab is pressed where a name may stand; must not fail. */
  readonly connectionNames: () => Promise<readonly string[]>;
}

const prompt = "keymoor> ";
const nextLinePrompt = "      -> ";

/** A shell for statements on a terminal; ends with Ctrl-D, `exit;` or `quit;`. */
export async function runShell(io: Io, { run, history, connectionNames }: ShellParts): Promise<void> {
  /** What is typed of a statement that is not complete. */
  let pending = "";
  const lines: string[] = [];
  let running: AbortController | undefined;
  let isOver = false;

  /** readline's own list. It is overwritten whenever readline adds to it: it would keep lines as they were typed. */
  let recalled = [...history.entries];
  const forgetTyped = () => void recalled.splice(0, recalled.length, ...history.entries);
  const types = knownTypes();
  const terminal = createInterface({
    input: io.stdin,
    output: io.stdout as unknown as Writable, // a terminal is a stream of node's
    terminal: true,
    history: recalled,
    historySize: 1000,
    completer: (line: string, answer: (error: null, result: [string[], string]) => void) => {
      const text = pending === "" ? line : `${pending}\n${line}`;
      completeStatement(text, types, connectionNames).then(({ candidates, typed }) =>
        answer(null, line.endsWith(typed) ? [[...candidates], typed] : [[], line]),
      );
    },
  });
  terminal.on("history", (entries) => {
    recalled = entries;
    forgetTyped();
  });

  const ask = () => {
    terminal.setPrompt(pending === "" ? prompt : nextLinePrompt);
    terminal.prompt();
  };

  const runOne = async (statement: string) => {
    const command = /^\s*(exit|quit|help)\s*;?\s*$/i.exec(statement)?.[1]?.toLowerCase();
    if (command === "help") {
      io.stderr.write(help);
      return;
    }
    if (command !== undefined) {
      terminal.close();
      return;
    }
    if (statement.includes(masked)) {
      io.stderr.write(maskedText);
      return;
    }
    if (history.add(statement) !== undefined) forgetTyped();
    running = new AbortController();
    try {
      await run(statement, running.signal);
    } catch (error) {
      reportFailure(io, error);
    } finally {
      running = undefined;
    }
  };

  const takeLine = async (line: string) => {
    if (pending === "" && /^\s*(exit|quit|help)\s*$/i.test(line)) return await runOne(line);
    const { statements, rest } = splitStatements(pending === "" ? line : `${pending}\n${line}`);
    pending = rest?.text ?? "";
    for (const { text } of statements) if (!isOver) await runOne(text);
  };

  return await new Promise<void>((resolve) => {
    let isBusy = false;
    const takeLines = async () => {
      if (isBusy) return;
      isBusy = true;
      for (let line = lines.shift(); line !== undefined && !isOver; line = lines.shift())
        await takeLine(line);
      isBusy = false;
      if (isOver) resolve();
      else ask();
    };
    terminal.on("line", (line) => {
      lines.push(line);
      void takeLines();
    });
    terminal.on("SIGINT", () => {
      if (running !== undefined) {
        lines.length = 0;
        running.abort();
        return;
      }
      pending = "";
      // Erases what is typed, which may be a secret.
      terminal.write(null, { ctrl: true, name: "e" });
      terminal.write(null, { ctrl: true, name: "u" });
      io.stdout.write("^C\n");
      ask();
    });
    terminal.on("close", () => {
      isOver = true;
      if (isBusy) return;
      io.stdout.write("\n");
      resolve();
    });
    ask();
  });
}

/** A literal as the history has it; sent as it is, `SHOW CONNECTIONS LIKE` would look for it. */
const masked = `'${mask}'`;
const maskedText = `Error: Not sent: ${masked} stands for a literal that the history does not keep.

Suggestions:
    Put the literals in again, each in place of its ${masked}.
`;

const help = `A statement ends with a semicolon and may take several lines.

    SHOW CONNECTIONS;
    CREATE CONNECTION name WITH ('type' = '...', 'endpoint' = '...', ...);
    ALTER CONNECTION name SET ('api-key' = '...');
    DESCRIBE CONNECTION name;    SHOW CREATE CONNECTION name;
    VALIDATE CONNECTION name;    DROP CONNECTION name;

SET 'key' = 'value';, RESET 'key'; and USE CATALOG name; hold for this session; SET; shows them.
Tab completes keywords, options, types and names. The arrow keys bring back earlier statements; put in again what the
history has masked, or the statement is not sent.
Ctrl-C drops what is typed or stops waiting for a statement; Ctrl-D, exit; or quit; ends the shell.
`;
