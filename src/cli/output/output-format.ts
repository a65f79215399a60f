import { type Command, Option } from "commander";
import { nearest } from "../../nearest.ts";
import { UsageError } from "../usage-error.ts";

const outputFormats = ["human", "json", "yaml"] as const;

export type OutputFormat = (typeof outputFormats)[number];

/** Adds `-o, --output`. `isLenient` takes any other word for `human`, as Confluent's CLI does (contract/cli.md 4). */
export function addOutputOption(command: Command, { isLenient = false } = {}): Command {
  const option = new Option("-o, --output <format>", 'Output format: "human", "json", or "yaml".')
    .default("human")
    .argParser((word) => formatOf(word, isLenient));
  return command.addOption(option);
}

/** Adds `--wide`, for lists whose lines otherwise fit on the terminal. */
export function addWideOption(command: Command): Command {
  return command.option("--wide", "Keep long cells whole; a terminal otherwise cuts them to its width.");
}

function formatOf(word: string, isLenient: boolean): OutputFormat {
  const format = outputFormats.find((name) => name === word);
  if (format !== undefined) return format;
  if (isLenient) return "human";
  const close = nearest(word, outputFormats);
  throw new UsageError('--output takes "human", "json", or "yaml".', {
    ...(close !== undefined && { hint: `Did you mean "${close}"?` }),
  });
}
