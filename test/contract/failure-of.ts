import { CliFailure } from "./cli/session.ts";
import { TerraformFailure } from "./terraform/provider.ts";

/**
 * What a user reads when a run fails: of the CLI the sentence on stderr, and below it the suggestion; of Terraform what stands
 * after "Error:". Any other failure is a client that broke, and fails the test.
 */
export async function failureOf(run: Promise<unknown>): Promise<string> {
  const failure = await run.then(
    () => new Error("it worked"),
    (reason: unknown) => reason,
  );
  if (failure instanceof CliFailure) return [failure.message, failure.suggestion].join("\n").trim();
  if (failure instanceof TerraformFailure) return failure.message;
  throw failure;
}
