import { type Diagnostic, linter } from "@codemirror/lint";
import { type Extension, StateEffect, StateField } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";
import { judgeStatement } from "./judge-statement.ts";
import { placesIn, type Span } from "./sent-statement.ts";
import { statementsOf } from "./statement-at.ts";
import { inPlaceOf, suggestionIn } from "./suggestion.ts";

/** What a statement was refused for when it was run; undefined: nothing. */
export interface RunFault extends Span {
  readonly message: string;
}

export const setRunFault = StateEffect.define<RunFault | undefined>();

/** It is about the text that was sent: the first change of the text ends it. */
const runFault = StateField.define<RunFault | undefined>({
  create: () => undefined,
  update: (fault, { docChanged, effects }) => {
    for (const effect of effects) if (effect.is(setRunFault)) return effect.value;
    return docChanged ? undefined : fault;
  },
});

/** Underlines what the parser, or the server, does not accept, and offers the word that is meant. */
export function statementLint(vocabulary: Vocabulary): Extension {
  return [
    runFault,
    linter((view) => diagnostics(view, vocabulary), {
      delay: 400,
      needsRefresh: ({ transactions }) =>
        transactions.some(({ effects }) => effects.some((effect) => effect.is(setRunFault))),
    }),
  ];
}

/** Writes the word that the fault of the run offers in the place of the one at fault. */
export function applyFix(view: EditorView): void {
  const fault = view.state.field(runFault);
  const suggestion = fault && suggestionIn(fault.message);
  if (fault === undefined || suggestion === undefined) return;
  const { from, to } = fault;
  const insert = inPlaceOf(view.state.sliceDoc(from, to), suggestion);
  view.dispatch({ changes: { from, to, insert }, selection: { anchor: from + insert.length } });
  view.focus();
}

function diagnostics(view: EditorView, vocabulary: Vocabulary): Diagnostic[] {
  const text = view.state.doc.toString();
  const ofRun = view.state.field(runFault);
  const faults: RunFault[] = ofRun === undefined ? [] : [ofRun];
  for (const { text: statement, start } of statementsOf(text)) {
    const fault = judgeStatement(statement, vocabulary);
    // Whoever is still typing knows that it is not done.
    if (fault === undefined || fault.isUnfinished) continue;
    const from = start + fault.span.from;
    if (from !== ofRun?.from)
      faults.push({ from, to: start + fault.span.to, message: placesIn(text, start)(fault.message) });
  }
  return faults.map((fault) => ({ ...fault, severity: "error", actions: fixes(text, fault) }));
}

function fixes(text: string, { from, to, message }: RunFault): NonNullable<Diagnostic["actions"]> {
  const suggestion = suggestionIn(message);
  if (suggestion === undefined) return [];
  const insert = inPlaceOf(text.slice(from, to), suggestion);
  return [
    {
      name: `Write ${insert}`,
      // By the place where it stands now: the text may have changed before the underlining did.
      apply: (view, start, end) => view.dispatch({ changes: { from: start, to: end, insert } }),
    },
  ];
}
