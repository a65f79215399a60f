import type { Readable, Writable } from "node:stream";
import { Secret } from "../secret.ts";
import { Interrupted } from "./interrupted.ts";
import type { Io } from "./io.ts";

/** Asks for a secret on a terminal, which does not show it. An empty answer is an empty secret. */
export async function promptSecret(io: Io, label: string): Promise<Secret> {
  const { isCancel, password } = await import("@clack/prompts");
  const answer = await password({
    message: label,
    input: io.stdin as Readable,
    output: io.stderr as unknown as Writable, // a terminal is a stream of node's
    withGuide: false,
  });
  if (isCancel(answer)) throw new Interrupted();
  // Enter without a key gives undefined.
  return new Secret(answer ?? "");
}

/** Whether there is someone to ask. */
export function canPrompt({ stdin, stderr }: Io): boolean {
  return stdin.isTTY === true && stderr.isTTY === true;
}
