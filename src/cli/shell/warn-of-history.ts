import type { Io } from "../io.ts";

/** Says that a statement on the command line has a secret: only to people, because a script has no history. */
export async function warnOfHistory({ stderr }: Io, statement: string): Promise<void> {
  if (stderr.isTTY !== true) return;
  const { optionKeys } = await import("../../connections/vocabulary.ts");
  const { redact } = await import("../../sql/redact.ts");
  if (redact(statement, optionKeys()) === statement) return;
  stderr.write(
    "The shell's history keeps the secret of this statement; standard input, as -, leaves no trace.\n",
  );
}
