import type { Argument, Command, Option } from "commander";

export interface Candidate {
  readonly value: string;
  readonly about: string;
}

export interface WordCompletion {
  readonly candidates: readonly Candidate[];
  /** Files may stand there too. */
  readonly takesFiles: boolean;
}

/** What is typed of a command line, as far as it says what may come next. */
export interface TypedLine {
  readonly command: Command;
  /** Values of flags that came before, by name without dashes. */
  readonly flags: Readonly<Record<string, string>>;
  /** Arguments that came before. */
  readonly args: readonly string[];
}

/** Values of a flag or an argument, asked for only when one is to be completed. */
export interface ValueSource {
  readonly ofOption: (option: Option, line: TypedLine) => Promise<readonly string[]> | readonly string[];
  readonly ofArgument: (
    argument: Argument,
    line: TypedLine,
  ) => Promise<readonly string[]> | readonly string[];
}

/**
 * What may stand in the place of the last of `words`, which may be empty; the words are those behind `keymoor`. Candidates for
 * `--flag=val` are values alone: shells put them behind the `=`.
 */
export async function completeWords(
  program: Command,
  words: readonly string[],
  source: ValueSource,
): Promise<WordCompletion> {
  const before = words.slice(0, -1);
  const word = words.at(-1) ?? "";
  const { line, isBehindDashes, awaiting } = read(program, before);
  const valuesOf = async (option: Option, typed: string): Promise<WordCompletion> => ({
    candidates: starting(await source.ofOption(option, line), typed),
    takesFiles: /<(path|file|folder)>/.test(option.flags),
  });
  if (awaiting !== undefined) return valuesOf(awaiting, word);
  const isFlag = word.startsWith("-") && !isBehindDashes;
  const end = word.indexOf("=");
  if (isFlag && end > 0) {
    const option = line.command.options.find(({ long }) => long === word.slice(0, end));
    return option === undefined ? nothing : valuesOf(option, word.slice(end + 1));
  }
  if (isFlag) return { candidates: flagsOf(line, word), takesFiles: false };
  const commands = line.args.length > 0 ? [] : commandsOf(line.command, word);
  if (line.command.commands.length > 0) return { candidates: commands, takesFiles: false };
  const argument = argumentAt(line);
  if (argument === undefined) return nothing;
  return {
    candidates: starting(await source.ofArgument(argument, line), word),
    takesFiles: argument.name() === "file" || argument.name() === "path",
  };
}

const nothing: WordCompletion = { candidates: [], takesFiles: false };

interface Read {
  readonly line: TypedLine;
  /** `--` came: what begins with a dash is no flag any more. */
  readonly isBehindDashes: boolean;
  /** The flag whose value comes next. */
  readonly awaiting: Option | undefined;
}

function read(program: Command, words: readonly string[]): Read {
  let command = program;
  let awaiting: Option | undefined;
  let isBehindDashes = false;
  const flags: Record<string, string> = {};
  const args: string[] = [];
  for (const word of words) {
    if (awaiting !== undefined) {
      flags[nameOf(awaiting)] = word;
      awaiting = undefined;
    } else if (word === "--" && !isBehindDashes) {
      isBehindDashes = true;
    } else if (word.startsWith("-") && !isBehindDashes) {
      const [name = "", value] = word.split(/=(.*)/s);
      const option = command.options.find(({ short, long }) => short === name || long === name);
      if (option === undefined || option.isBoolean()) continue;
      if (value !== undefined) flags[nameOf(option)] = value;
      else if (option.required) awaiting = option;
    } else {
      const child = args.length > 0 ? undefined : command.commands.find((one) => one.name() === word);
      if (child === undefined) args.push(word);
      else command = child;
    }
  }
  return { line: { command, flags, args }, isBehindDashes, awaiting };
}

/** `api-key` of `--api-key <value>` */
function nameOf({ long }: Option): string {
  return long?.slice(2) ?? "";
}

function flagsOf({ command, flags }: TypedLine, typed: string): readonly Candidate[] {
  const help = command.createHelp();
  return help
    .visibleOptions(command)
    .filter((option) => flags[nameOf(option)] === undefined || option.parseArg !== undefined)
    .flatMap(({ long, description }) => (long ? [{ value: long, about: firstSentence(description) }] : []))
    .filter(({ value }) => value.startsWith(typed));
}

function commandsOf(command: Command, typed: string): readonly Candidate[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .map((child) => ({ value: child.name(), about: firstSentence(child.description()) }))
    .filter(({ value }) => value.startsWith(typed));
}

function argumentAt({ command, args }: TypedLine) {
  const all = command.registeredArguments;
  const last = all.at(-1);
  return all[args.length] ?? (last?.variadic ? last : undefined);
}

function starting(values: readonly string[], typed: string): readonly Candidate[] {
  return values.filter((value) => value.startsWith(typed)).map((value) => ({ value, about: "" }));
}

const longestAbout = 80;

function firstSentence(text: string): string {
  const [sentence = ""] = text.split(/(?<=\.) /, 1);
  return sentence.length > longestAbout ? `${sentence.slice(0, longestAbout - 1)}…` : sentence;
}
