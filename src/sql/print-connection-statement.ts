import type { ConnectionStatement, QualifiedName, SqlOption } from "./connection-statement.ts";
import { quoteName, quoteText } from "./quoting.ts";

/**
 * The statement as text that parses to the same statement. Values stand in it as they are, so whoever prints something
 * for people puts masks into the tree first.
 */
export function printConnectionStatement(statement: ConnectionStatement): string {
  switch (statement.kind) {
    case "create": {
      const orReplace = statement.orReplace ? "OR REPLACE " : "";
      const ifNotExists = statement.ifNotExists ? "IF NOT EXISTS " : "";
      const comment = statement.comment === undefined ? "" : `COMMENT ${quoteText(statement.comment)}\n`;
      const name = printName(statement.name);
      return `CREATE ${orReplace}CONNECTION ${ifNotExists}${name}\n${comment}WITH ${printOptions(statement.options)}`;
    }
    case "alter":
      return `ALTER CONNECTION ${ifExists(statement)}${printName(statement.name)} SET ${printOptions(statement.options)}`;
    case "drop":
      return `DROP CONNECTION ${ifExists(statement)}${printName(statement.name)}`;
    case "show": {
      const path = [statement.catalog, statement.database].filter((part) => part !== undefined);
      const from = path.length === 0 ? "" : ` FROM ${path.map(quoteName).join(".")}`;
      const like = statement.like;
      const matching =
        like === undefined ? "" : ` ${like.negated ? "NOT " : ""}LIKE ${quoteText(like.pattern)}`;
      return `SHOW CONNECTIONS${from}${matching}`;
    }
    case "show_create":
      return `SHOW CREATE CONNECTION ${printName(statement.name)}`;
    case "describe":
      return `DESCRIBE CONNECTION ${statement.extended ? "EXTENDED " : ""}${printName(statement.name)}`;
    case "validate":
      return `VALIDATE CONNECTION ${printName(statement.name)}`;
  }
}

function ifExists(statement: { readonly ifExists: boolean }): string {
  return statement.ifExists ? "IF EXISTS " : "";
}

function printName({ catalog, database, name }: QualifiedName): string {
  const path = [catalog, database, name].filter((part) => part !== undefined);
  return path.map(quoteName).join(".");
}

function printOptions(options: readonly SqlOption[]): string {
  if (options.length === 0) return "()";
  const lines = options.map(({ key, value }) => `  ${quoteText(key)} = ${quoteText(value.reveal())}`);
  return `(\n${lines.join(",\n")}\n)`;
}
