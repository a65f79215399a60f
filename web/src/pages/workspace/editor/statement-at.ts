import { type StatementText, splitStatements } from "../../../../../src/sql/split-statements.ts";

/** All statements of a text; the last may have no semicolon yet. */
export function statementsOf(text: string): readonly StatementText[] {
  const { statements, rest } = splitStatements(text);
  return rest === undefined ? statements : [...statements, { ...rest, text: rest.text.trimEnd() }];
}

/** The one that the cursor is in or behind; before the first it is the first. */
export function statementAt(text: string, cursor: number): StatementText | undefined {
  const statements = statementsOf(text);
  return statements.findLast(({ start }) => start <= cursor) ?? statements[0];
}
