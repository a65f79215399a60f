import {
  autocompletion,
  type Completion,
  type CompletionContext,
  type CompletionResult,
  startCompletion,
} from "@codemirror/autocomplete";
import { keywordCompletionSource } from "@codemirror/lang-sql";
import type { Extension } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import { completeStatement, type KnownType } from "../../../../../src/sql/complete-statement.ts";
import { quoteName } from "../../../../../src/sql/quoting.ts";
import { flinkSql } from "./flink-dialect.ts";
import { statementAt } from "./statement-at.ts";

export interface CompletionWords {
  readonly types: readonly KnownType[];
  /** Asked for where one may stand; must not fail. */
  readonly connectionNames: () => Promise<readonly string[]>;
  /** Names of the environment, which is the catalog. */
  readonly catalogs: () => readonly string[];
}

const keywords = keywordCompletionSource(flinkSql, true);

export function completion(words: CompletionWords): Extension {
  return autocompletion({
    override: [(context) => candidates(context, words)],
    icons: false,
    // So many fit below the cursor without a scroll bar, which no keyboard could reach.
    maxRenderedOptions: 9,
  });
}

async function candidates(
  context: CompletionContext,
  { types, connectionNames, catalogs }: CompletionWords,
): Promise<CompletionResult | null> {
  const before = textBefore(context);
  const known = await completeStatement(before, types, connectionNames);
  if (known.candidates.length > 0) {
    if (known.typed === "" && !context.explicit) return null;
    // What is typed to its end is no offer: Enter would take it instead of ending the line.
    const options = known.candidates.filter((candidate) => candidate !== known.typed).map(optionOf);
    return { from: context.pos - known.typed.length, options, filter: false };
  }
  const catalog = /\b(?:FROM|IN|CATALOG)\s+(`?[\w.-]*)$/i.exec(before)?.[1];
  if (catalog !== undefined && (catalog !== "" || context.explicit)) {
    const options = catalogs().map((name): Completion => ({ label: quoteName(name) }));
    return { from: context.pos - catalog.length, options, filter: false };
  }
  if (context.matchBefore(/\w+$/) === null && !context.explicit) return null;
  return keywords(context);
}

/** The statement up to the cursor; empty between two statements. */
function textBefore({ state, pos }: CompletionContext): string {
  const text = state.doc.sliceString(0, pos);
  const statement = statementAt(text, pos);
  if (statement === undefined || statement.text.endsWith(";")) return "";
  return text.slice(statement.start);
}

function optionOf(text: string): Completion {
  const key = /^'(.+)' = '$/.exec(text)?.[1];
  return {
    label: text,
    displayLabel: key ?? text.replace(/^'(.*)'$/, "$1"),
    apply: (view, _, from, to) => put(view, text, from, to),
  };
}

/** The closing quote that the editor put behind the cursor becomes the one of what is put in. */
function put(view: EditorView, text: string, from: number, to: number): void {
  const isQuoted = text.startsWith("'");
  const isClosed = view.state.sliceDoc(to, to + 1) === "'";
  const opensValue = text.endsWith(" = '");
  const insert = opensValue && !isClosed ? `${text}'` : text;
  const end = isQuoted && isClosed && !opensValue ? to + 1 : to;
  view.dispatch({
    changes: { from, to: end, insert },
    selection: { anchor: from + text.length },
    userEvent: "input.complete",
  });
  if (opensValue) startCompletion(view);
}
