import { shellWord } from "./shell-word.ts";
import { optionsOf, type SnippetInput } from "./snippet-input.ts";

/** `keymoor connection create ...`. A secret is read from a file: a command line is seen by every process of the machine. */
export function cliText(input: SnippetInput): string {
  const options = optionsOf(input).map(({ field, value }) =>
    field.visibility === "secret"
      ? `--${field.key}-file ${field.key}.txt`
      : `--${field.key} ${shellWord(value)}`,
  );
  return [
    `keymoor connection create ${shellWord(input.name)}`,
    `--type ${input.type.name}`,
    `--endpoint ${shellWord(input.endpoint)}`,
    ...options,
    `--environment ${input.environmentId}`,
    `--cloud ${input.cloud.toLowerCase()} --region ${input.region}`,
  ].join(" \\\n  ");
}
