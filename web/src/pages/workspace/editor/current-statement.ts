import { type EditorState, StateField } from "@codemirror/state";
import { Decoration, type DecorationSet, EditorView } from "@codemirror/view";
import { statementAt, statementsOf } from "./statement-at.ts";

const line = Decoration.line({ class: "cm-running" });

/** Where there are several statements, a rule beside the lines of the one that would run. */
export const currentStatement = StateField.define<DecorationSet>({
  create: linesToRun,
  update: (lines, { docChanged, selection, state }) =>
    docChanged || selection !== undefined ? linesToRun(state) : lines,
  provide: (field) => EditorView.decorations.from(field),
});

function linesToRun(state: EditorState): DecorationSet {
  const text = state.doc.toString();
  if (statementsOf(text).length < 2) return Decoration.none;
  const current = statementAt(text, state.selection.main.head);
  if (current === undefined) return Decoration.none;
  const first = state.doc.lineAt(current.start).number;
  const last = state.doc.lineAt(current.start + current.text.length).number;
  const starts = Array.from({ length: last - first + 1 }, (_, index) => state.doc.line(first + index).from);
  return Decoration.set(starts.map((start) => line.range(start)));
}
