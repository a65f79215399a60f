import { CliFailure } from "./cli/session.ts";

/** What a user of the CLI reads on stderr: the sentence, and below it the suggestion. */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  const failure = await run.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );
  if (failure instanceof CliFailure) return [failure.message, failure.suggestion].join("\n").trim();
  throw failure;
}
