import { readFileSync } from "node:fs";
import { LineCounter, parseDocument } from "yaml";
import { KeymoorError } from "./errors.ts";
import { reasonOf } from "./reason-of.ts";

/** The content of a YAML file that belongs to the start. */
export function readYaml(path: string, what: string): unknown {
  return parseYaml(readText(path, what), path, what);
}

/** Errors name the file and the place and never quote its text: seed and configuration hold secrets. */
export function parseYaml(text: string, path: string, what: string): unknown {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { prettyErrors: false, lineCounter });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line, col } = lineCounter.linePos(error.pos[0]);
    const why = error.code === "DUPLICATE_KEY" ? "names a key twice" : "is not valid YAML";
    throw new KeymoorError("cannot_start", `The ${what} ${path} ${why} at line ${line}, column ${col}.`, {
      hint: "Text with a colon, braces or quotes in it needs quotes around it.",
    });
  }
  try {
    // Few aliases are sensible; many are a way to fill the memory.
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    // The library's own error names the alias, so it does not go on as the cause.
    throw new KeymoorError(
      "cannot_start",
      `The ${what} ${path} has an alias without its anchor, or more aliases than are taken.`,
      { hint: "Write out what the aliases stand for." },
    );
  }
}

function readText(path: string, what: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new KeymoorError("cannot_start", `The ${what} ${path} cannot be read (${reasonOf(cause)}).`, {
      cause,
    });
  }
}
