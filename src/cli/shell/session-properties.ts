import { lex, type Token } from "../../sql/lex.ts";
import { unquote } from "../../sql/quoting.ts";
import { redactProperties } from "../../sql/redact-properties.ts";

/** What SET, RESET and USE left behind: the properties that every later statement carries. */
export interface SessionProperties {
  readonly all: Readonly<Record<string, string>>;
  /** Runs a SET, RESET or USE; undefined for every other statement, and for forms that the server has to judge. */
  run(statement: string): LocalAnswer | undefined;
}

export type LocalAnswer =
  | { readonly kind: "properties"; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: "done"; readonly message: string };

/** Properties of a session; `initial` is what RESET goes back to. */
export function sessionProperties(initial: Readonly<Record<string, string>>): SessionProperties {
  let all: Readonly<Record<string, string>> = initial;
  const set = (key: string, value: string): LocalAnswer => {
    all = { ...all, [key]: value };
    return { kind: "done", message: `Property '${key}' is set for this session.` };
  };
  const reset = (key: string): LocalAnswer => {
    const { [key]: _, ...others } = all;
    all = initial[key] === undefined ? others : { ...others, [key]: initial[key] };
    return { kind: "done", message: `Property '${key}' is reset.` };
  };
  const run = (statement: string): LocalAnswer | undefined => {
    const [verb, ...parts] = partsOf(statement);
    if (verb?.kind !== "word") return undefined;
    const [first, second, third] = parts;
    switch (verb.text.toUpperCase()) {
      case "SET":
        if (first === undefined) return { kind: "properties", properties: redactProperties(all) };
        if (parts.length !== 3 || second?.kind !== "=") return undefined;
        return first.kind === "string" && third?.kind === "string" ? set(first.text, third.text) : undefined;
      case "RESET":
        if (first === undefined) {
          all = initial;
          return { kind: "done", message: "All properties are reset." };
        }
        return first.kind === "string" && parts.length === 1 ? reset(first.text) : undefined;
      case "USE":
        return use(parts);
      default:
        return undefined;
    }
  };
  /** `USE CATALOG c`, `USE d`, `USE c.d` */
  const use = (parts: readonly Part[]): LocalAnswer | undefined => {
    const isCatalog = parts[0]?.kind === "word" && parts[0].text.toUpperCase() === "CATALOG";
    const path = isCatalog ? parts.slice(1) : parts;
    const [first, dot, second] = path;
    if (first === undefined || !isName(first)) return undefined;
    if (path.length === 1) {
      set(isCatalog ? "sql.current-catalog" : "sql.current-database", first.text);
      return { kind: "done", message: `Now using ${isCatalog ? "catalog" : "database"} "${first.text}".` };
    }
    if (isCatalog || path.length !== 3 || dot?.kind !== "." || second === undefined || !isName(second))
      return undefined;
    set("sql.current-catalog", first.text);
    set("sql.current-database", second.text);
    return { kind: "done", message: `Now using database "${second.text}" of catalog "${first.text}".` };
  };
  return {
    get all() {
      return all;
    },
    run,
  };
}

interface Part {
  readonly kind: Token["kind"];
  readonly text: string;
}

function partsOf(statement: string): Part[] {
  return lex(statement)
    .tokens.filter(({ kind }) => kind !== "comment" && kind !== ";")
    .map((token) => ({
      kind: token.kind,
      text:
        token.kind === "string" || token.kind === "name"
          ? unquote(statement, token)
          : statement.slice(token.start, token.end),
    }));
}

function isName({ kind }: Part): boolean {
  return kind === "word" || kind === "name";
}
