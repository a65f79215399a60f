import { Secret } from "../secret.ts";
import { askOnTerminal } from "./ask-on-terminal.ts";
import type { Io } from "./io.ts";
import { printable } from "./output/printable.ts";

/** Asks for a secret on a terminal, which does not show it. An empty answer is an empty secret. */
export async function promptSecret(io: Io, label: string): Promise<Secret> {
  const { password } = await import("@clack/prompts");
  const answer = await askOnTerminal<string | undefined>(io, (streams) =>
    password({ message: printable(label), ...streams }),
  );
  // Enter without a key gives undefined.
  return new Secret(answer ?? "");
}

/** Whether there is someone to ask. */
export function canPrompt({ stdin, stderr }: Io): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
