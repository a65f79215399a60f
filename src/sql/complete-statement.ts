import { lex, type Token } from "./lex.ts";
import { quoteName, quoteText, unquote } from "./quoting.ts";

/** What completion has to know of a connection type; the facts themselves stand in the files of the types. */
export interface KnownType {
  readonly name: string;
  readonly endpointExample: string;
  /** `type` and `endpoint` left out, which every type has. */
  readonly options: readonly { readonly key: string; readonly values: readonly string[] }[];
}

export interface Completion {
  /** What the typed part may become. */
  readonly candidates: readonly string[];
  /** Part of the text that a candidate takes the place of: its end. */
  readonly typed: string;
}

/**
 * What may come next in a statement that is typed up to the cursor: keywords, keys and listed values of options, types, and names of
 * connections, which `connectionNames` is asked for only then.
 */
export async function completeStatement(
  text: string,
  types: readonly KnownType[],
  connectionNames: () => Promise<readonly string[]>,
): Promise<Completion> {
  const tokens = lex(text).tokens.filter(({ kind }) => kind !== "comment");
  const last = tokens.at(-1);
  if (last?.kind === "unclosed" && text.charAt(last.start) === "'") {
    const typed = text.slice(last.start);
    const before = tokens.slice(0, -1);
    const candidates = namesConnection(text, before)
      ? (await connectionNames()).map(quoteText)
      : quotedCandidates(text, before, types);
    return { candidates: matching(candidates, typed), typed };
  }
  const name = /(?<=\s)(?:`[\w.-]*|[\w.-]*)$/.exec(text);
  if (name !== null && isNameNext(keywordsOf(text.slice(0, name.index)))) {
    const names = (await connectionNames()).map(quoteName);
    return { candidates: matchingNames(names, name[0]), typed: name[0] };
  }
  if (last !== undefined && last.end === text.length && last.kind !== "word") {
    return { candidates: [], typed: "" };
  }
  const typed = last?.end === text.length ? text.slice(last.start) : "";
  const words = nextWords(text.slice(0, text.length - typed.length), tokens);
  // Whoever types in lower case goes on in it.
  const isLower = typed !== "" && typed === typed.toLowerCase();
  const cased = words.map((word) => (isLower ? word.toLowerCase() : word));
  return { candidates: matching(cased, typed), typed };
}

/** Behind an option of a table or model such as `'openai.connection' =`. */
function namesConnection(text: string, before: readonly Token[]): boolean {
  const key = before.at(-2);
  return before.at(-1)?.kind === "=" && key?.kind === "string" && /\.connection$/i.test(unquote(text, key));
}

/** In single quotes stand keys and values of options; secrets have no candidates. */
function quotedCandidates(
  text: string,
  before: readonly Token[],
  types: readonly KnownType[],
): readonly string[] {
  const at = before.at(-1);
  const options = optionsOf(text, before);
  const type = types.find(({ name }) => name.toLowerCase() === options.get("type")?.toLowerCase());
  // Of a type that is not said yet, all there are.
  const meant = type === undefined ? types : [type];
  if (at?.kind === "(" || (at?.kind === "," && options.size > 0)) {
    return keysOf(meant)
      .filter((key) => !options.has(key))
      .map((key) => `${quoteText(key)} = '`);
  }
  const key = before.at(-2);
  if (at?.kind !== "=" || key?.kind !== "string") return [];
  return valuesOf(unquote(text, key).toLowerCase(), types, meant).map(quoteText);
}

/** Options that are given already, keys in lower case. */
function optionsOf(text: string, tokens: readonly Token[]): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const [index, token] of tokens.entries()) {
    const value = tokens[index + 2];
    if (token.kind !== "string" || tokens[index + 1]?.kind !== "=" || value?.kind !== "string") continue;
    options.set(unquote(text, token).toLowerCase(), unquote(text, value));
  }
  return options;
}

function keysOf(types: readonly KnownType[]): readonly string[] {
  const keys = types.flatMap(({ options }) => options.map(({ key }) => key));
  return [...new Set(["type", "endpoint", ...keys])];
}

function valuesOf(key: string, types: readonly KnownType[], meant: readonly KnownType[]): readonly string[] {
  if (key === "type") return types.map(({ name }) => name);
  if (key === "endpoint")
    return meant.length === 1 ? meant.map(({ endpointExample }) => endpointExample) : [];
  const values = meant.flatMap(({ options }) =>
    options.flatMap((option) => (option.key === key ? option.values : [])),
  );
  return [...new Set(values)];
}

/** Bare words in upper case; names and everything else are empty. */
function keywordsOf(text: string): readonly string[] {
  return lex(text)
    .tokens.filter(({ kind }) => kind !== "comment")
    .map((token) => (token.kind === "word" ? text.slice(token.start, token.end).toUpperCase() : ""));
}

function isNameNext(words: readonly string[]): boolean {
  return nameFollows.test(words.join(" "));
}

const nameFollows =
  /^(?:(?:ALTER|DROP) CONNECTION(?: IF EXISTS)?|(?:DESC|DESCRIBE) CONNECTION(?: EXTENDED)?|(?:SHOW CREATE|VALIDATE) CONNECTION|.* USING CONNECTION)$/;

/** Keywords that may stand behind a text without open quotes. */
function nextWords(text: string, tokens: readonly Token[]): readonly string[] {
  if (tokens.some(({ kind }) => kind === "(")) return [];
  const words = keywordsOf(text).join(" ");
  return continuations.find(([before]) => before.test(words))?.[1] ?? [];
}

const continuations: readonly (readonly [before: RegExp, next: readonly string[]])[] = [
  [/^$/, "ALTER CREATE DESCRIBE DROP EXIT HELP QUIT RESET SET SHOW USE VALIDATE".split(" ")],
  [/^CREATE$/, ["CONNECTION", "OR REPLACE CONNECTION"]],
  [/^CREATE OR$/, ["REPLACE CONNECTION"]],
  [/^(CREATE OR REPLACE|ALTER|DROP|DESC|DESCRIBE|SHOW CREATE|VALIDATE)$/, ["CONNECTION"]],
  [/^SHOW$/, ["CONNECTIONS", "CREATE CONNECTION"]],
  [/^SHOW CONNECTIONS$/, ["FROM", "LIKE", "NOT LIKE"]],
  [/^CREATE CONNECTION$/, ["IF NOT EXISTS"]],
  [/^CREATE .*\bCOMMENT $/, ["WITH ("]],
  [/^(CREATE|ALTER) .*\b(COMMENT|WITH|SET)$/, []],
  [/^CREATE( OR REPLACE)? CONNECTION /, ["COMMENT", "WITH ("]],
  [/^ALTER CONNECTION /, ["SET ("]],
  [/^USE$/, ["CATALOG"]],
];

function matching(candidates: readonly string[], typed: string): readonly string[] {
  return candidates.filter((candidate) => candidate.startsWith(typed));
}

/** A name that needs quotes is found without them too, and the other way round. */
function matchingNames(names: readonly string[], typed: string): readonly string[] {
  const bare = typed.replace(/^`/, "");
  return names
    .filter((name) => name.replace(/^`/, "").startsWith(bare))
    .map((name) => (typed.startsWith("`") && !name.startsWith("`") ? `\`${name}\`` : name));
}
