import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { program } from "./fixtures/program.ts";
import { makeFolder } from "./fixtures/server-process.ts";
import { keys, openTerminal, type Terminal } from "./fixtures/terminal.ts";

const home = makeFolder();
const bin = join(home.folder, "bin");
const env = {
  PATH: [bin, process.env.PATH].join(delimiter),
  HOME: home.folder,
  TERM: "xterm",
  // Some shells of the tests bring their own libraries.
  ...(process.env.LD_LIBRARY_PATH !== undefined && { LD_LIBRARY_PATH: process.env.LD_LIBRARY_PATH }),
};

beforeAll(() => {
  mkdirSync(bin);
  writeFileSync(join(bin, "keymoor"), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(home.folder, "statements.sql"), "SHOW CONNECTIONS;\n");
});
afterAll(() => home.remove());

const isMissing = (shell: string) => {
  try {
    execFileSync(shell, ["-c", "exit 0"], { env, stdio: "ignore" });
    return false;
  } catch {
    return true;
  }
};

/** A shell in a terminal, with the script read in as its manual says. */
async function openShell(shell: string, args: readonly string[], setup: string): Promise<Terminal> {
  const terminal = openTerminal(shell, args, { env, cwd: home.folder });
  onTestFinished(() => terminal.kill());
  terminal.type(`${setup}; echo rea''dy${keys.enter}`);
  await terminal.until(/ready\n/);
  return terminal;
}

async function tab(terminal: Terminal, typed: string, becomes: RegExp): Promise<void> {
  terminal.type(typed);
  await terminal.until(new RegExp(`${typed.slice(-3)}$`));
  terminal.type(keys.tab);
  await terminal.until(becomes);
  terminal.type("\u0015"); // Ctrl-U
}

describe("completion in bash", () => {
  const open = (setup = "source <(keymoor completion bash)") =>
    openShell("bash", ["--norc", "--noprofile", "-i"], `PS1='$ '; ${setup}`);

  test("a command, a flag, its value", async () => {
    const terminal = await open();
    await tab(terminal, "keymoor fli", /nk $/);
    await tab(terminal, "keymoor flink connection li", /st $/);
    await tab(terminal, "keymoor connection list --out", /put $/);
    await tab(terminal, "keymoor connection list --output ya", /ml $/);
    await tab(terminal, "keymoor connection list --output=ya", /ml $/);
    await tab(terminal, "keymoor connection list --type a2", /a $/);
  });

  test("a file where one may stand", async () => {
    await tab(await open(), "keymoor sql --file state", /ments\.sql $/);
  });

  test("the script may be read in twice", async () => {
    const twice = "source <(keymoor completion bash); source <(keymoor completion bash)";
    const terminal = await open(twice);
    expect(terminal.text()).not.toContain("readonly");
    await tab(terminal, "keymoor comple", /tion $/);
  });

  test("nothing that is typed is run", async () => {
    const terminal = await open();
    terminal.type("keymoor sql '$(echo ra''n >&2)' $(echo ra''n >&2) --outp");
    await terminal.until(/--outp$/);
    terminal.type(keys.tab);
    await terminal.until(/ut $/);
    expect(terminal.text()).not.toContain("ran");
  });
});

describe("completion in zsh", () => {
  test.skipIf(isMissing("zsh"))(
    "a command, a flag, its value (skipped where zsh is not installed)",
    async () => {
      const terminal = await openShell(
        "zsh",
        ["-f", "-i"],
        "PS1='$ '; unsetopt zle_bracketed_paste; autoload -Uz compinit; compinit -u -D; source <(keymoor completion zsh)",
      );
      await tab(terminal, "keymoor fli", /nk $/);
      await tab(terminal, "keymoor connection list --out", /put $/);
      await tab(terminal, "keymoor connection list --output ya", /ml $/);
      await tab(terminal, "keymoor connection list --output=ya", /ml $/);
    },
  );
});

describe("completion in fish", () => {
  const candidates = (line: string): string[] =>
    execFileSync(
      "fish",
      ["--no-config", "-c", `keymoor completion fish | source; complete -C ${JSON.stringify(line)}`],
      { env, cwd: home.folder, encoding: "utf8" },
    )
      .trimEnd()
      .split("\n")
      .map((text) => text.split("\t")[0] ?? "");

  test.skipIf(isMissing("fish"))("a command, a flag, its value (skipped where fish is not installed)", () => {
    expect(candidates("keymoor fli")).toEqual(["flink"]);
    expect(candidates("keymoor connection list --out")).toEqual(["--output"]);
    expect(candidates("keymoor connection list --output ")).toEqual(["human", "json", "yaml"]);
    expect(candidates("keymoor connection list --output=ya")).toEqual(["--output=yaml"]);
  });
});
