import type { ConnectionType, Field } from "../../connections/define.ts";
import { connectionTypes } from "../../connections/types/index.ts";
import { lex, type Token } from "../../sql/lex.ts";
import { quoteName, quoteText, unquote } from "../../sql/quoting.ts";

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
  connectionNames: () => Promise<readonly string[]>,
): Promise<Completion> {
  const tokens = lex(text).tokens.filter(({ kind }) => kind !== "comment");
  const last = tokens.at(-1);
  if (last?.kind === "unclosed" && text.charAt(last.start) === "'") {
    const typed = text.slice(last.start);
    return { candidates: matching(quotedCandidates(text, tokens.slice(0, -1)), typed), typed };
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

/** In single quotes stand keys and values of options; secrets have no candidates. */
function quotedCandidates(text: string, before: readonly Token[]): readonly string[] {
  const at = before.at(-1);
  const options = optionsOf(text, before);
  const type = connectionTypes.find(({ name }) => name === options.get("type")?.toLowerCase());
  if (at?.kind === "(" || (at?.kind === "," && options.size > 0)) {
    return keysOf(type)
      .filter((key) => !options.has(key))
      .map((key) => `${quoteText(key)} = '`);
  }
  const key = before.at(-2);
  if (at?.kind !== "=" || key?.kind !== "string") return [];
  return valuesOf(unquote(text, key).toLowerCase(), type).map(quoteText);
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

/** Of a type that is not said yet, all there are. */
function keysOf(type: ConnectionType | undefined): readonly string[] {
  const types = type === undefined ? connectionTypes : [type];
  return [...new Set(["type", "endpoint", ...types.flatMap((one) => fieldsOf(one).map(([key]) => key))])];
}

function valuesOf(key: string, type: ConnectionType | undefined): readonly string[] {
  if (key === "type") return connectionTypes.map(({ name }) => name);
  if (key === "endpoint" && type !== undefined) return [type.endpoint.example];
  const types = type === undefined ? connectionTypes : [type];
  const values = types
    .flatMap(fieldsOf)
    .flatMap(([name, field]) => (name === key ? (field.values ?? []) : []));
  return [...new Set(values)];
}

function fieldsOf({ options, auth }: ConnectionType): (readonly [string, Field])[] {
  return [options, ...auth.map(({ fields }) => fields)].flatMap((fields) => Object.entries(fields));
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
  /^(?:(?:ALTER|DROP) CONNECTION(?: IF EXISTS)?|(?:DESC|DESCRIBE) CONNECTION(?: EXTENDED)?|(?:SHOW CREATE|VALIDATE) CONNECTION)$/;

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
