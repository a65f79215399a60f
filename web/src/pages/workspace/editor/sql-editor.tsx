import {
  acceptCompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { sql } from "@codemirror/lang-sql";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintKeymap } from "@codemirror/lint";
import { Compartment, EditorState, type Extension, Prec } from "@codemirror/state";
import {
  drawSelection,
  dropCursor,
  EditorView,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { SqlKnowledge } from "../sql-knowledge.ts";
import { type CompletionWords, completion } from "./completion.ts";
import { currentStatement } from "./current-statement.ts";
import { readDraft } from "./draft.ts";
import { editorTheme } from "./editor-theme.ts";
import { flinkSql } from "./flink-dialect.ts";
import type { SentStatement } from "./sent-statement.ts";
import styles from "./sql-editor.module.css";
import { applyFix, type RunFault, setRunFault, statementLint } from "./statement-lint.ts";
import { isMask, type Taken, takeStatement } from "./take-statement.ts";
import { typeOverSelection } from "./type-over-selection.ts";
import { useDraft } from "./use-draft.ts";

/** What the page does with the editor. The text is in nobody's state but the editor's own. */
export interface EditorHandle {
  /** The statement under the cursor; when it is to be sent, only its masked text stays. */
  readonly take: () => Taken;
  readonly showFault: (fault: RunFault) => void;
  /** Writes what the fault that is shown offers. */
  readonly fix: () => void;
  readonly append: (text: string) => void;
  readonly focus: () => void;
}

interface SqlEditorProps extends Omit<CompletionWords, "types"> {
  readonly knowledge: SqlKnowledge;
  /** Whose draft it is. */
  readonly principal: string;
  readonly onRun: () => void;
  /** Escape, with nothing open that it would close. */
  readonly onLeave: () => void;
  readonly onChange: () => void;
  readonly ref: Ref<EditorHandle>;
}

/**
 * The editor stands in a shadow root. There CodeMirror adds its style sheets by script (`adoptedStyleSheets`), which the
 * Content-Security-Policy allows; in the page itself it would write them into it, which is forbidden.
 */
export function SqlEditor({ ref, ...props }: SqlEditorProps) {
  const { knowledge, principal } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(undefined);
  const latest = useRef(props);
  const keep = useDraft(principal, knowledge.vocabulary);
  const kept = useRef(keep);
  useEffect(() => {
    latest.current = props;
    kept.current = keep;
  });
  useEffect(() => {
    if (host.current === null) return;
    const root = host.current.shadowRoot ?? host.current.attachShadow({ mode: "open" });
    const parts = extensions(latest, (text) => kept.current(text));
    const doc = readDraft(principal);
    const made = new EditorView({
      root,
      parent: root,
      state: EditorState.create({ doc, selection: { anchor: doc.length }, extensions: parts }),
    });
    view.current = made;
    if (matchMedia("(pointer: fine)").matches) made.focus();
    return () => {
      made.destroy();
      view.current = undefined;
    };
  }, [principal]);
  useImperativeHandle(ref, () => {
    const { vocabulary } = knowledge;
    return {
      take: () => {
        if (view.current === undefined) return { kind: "nothing" };
        const { doc, selection } = view.current.state;
        const taken = takeStatement(doc.toString(), selection.main.head, vocabulary);
        if (taken.kind === "send") forget(view.current, taken.sent);
        if (taken.kind === "refused") showFault(view.current, { ...taken.span, message: taken.message });
        return taken;
      },
      showFault: (fault) => view.current && showFault(view.current, fault),
      fix: () => view.current && applyFix(view.current),
      append: (text) => view.current && append(view.current, text),
      focus: () => view.current?.focus(),
    };
  }, [knowledge]);
  return <div ref={host} className={styles.host} />;
}

/** Taken out and put in again it has forgotten everything. */
const historyPart = new Compartment();

type Latest = React.RefObject<Omit<SqlEditorProps, "ref">>;

function extensions(latest: Latest, keep: (text: string) => void): Extension {
  const { knowledge } = latest.current;
  return [
    Prec.highest(keymap.of([{ key: "Mod-Enter", run: () => call(latest.current.onRun) }])),
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      { key: "Tab", run: acceptCompletion },
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap.filter(({ key }) => key !== "Escape"),
      indentWithTab,
      // Tab stays in the editor, so this is the way out by keyboard (WCAG 2.1.2).
      { key: "Escape", run: () => call(latest.current.onLeave) },
    ]),
    lineNumbers(),
    highlightActiveLineGutter(),
    highlightSpecialChars(),
    historyPart.of(history()),
    drawSelection(),
    dropCursor(),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    EditorView.lineWrapping,
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({
      "aria-label": "SQL statements. Escape leaves the editor.",
      // It takes the focus without, but not everything that looks at a page knows that.
      tabindex: "0",
    }),
    typeOverSelection,
    placeholder("SHOW CONNECTIONS;"),
    sql({ dialect: flinkSql, upperCaseKeywords: true }),
    completion({
      types: knowledge.types,
      connectionNames: () => latest.current.connectionNames(),
      catalogs: () => latest.current.catalogs(),
    }),
    statementLint(knowledge.vocabulary),
    currentStatement,
    editorTheme,
    EditorView.updateListener.of(({ docChanged, state }) => {
      if (!docChanged) return;
      keep(state.doc.toString());
      latest.current.onChange();
    }),
  ];
}

function call(action: () => void): true {
  action();
  return true;
}

/**
 * What was sent stays masked, and undoing does not bring it back: the history is taken out while the text changes, and is a
 * new one when it comes back.
 */
function forget(view: EditorView, { start, text, masked, offsetOf }: SentStatement): void {
  if (masked === text) return;
  const end = start + text.length;
  const { head } = view.state.selection.main;
  const anchor =
    head > end ? head - text.length + masked.length : head > start ? start + offsetOf(head - start) : head;
  view.dispatch({ effects: historyPart.reconfigure([]) });
  view.dispatch({ changes: { from: start, to: end, insert: masked }, selection: { anchor } });
  view.dispatch({ effects: historyPart.reconfigure(history()) });
}

function showFault(view: EditorView, fault: RunFault): void {
  const { length } = view.state.doc;
  // Somebody who goes on typing while the answer is on its way has moved, or taken away, what it is about.
  if (fault.to > length) return;
  view.dispatch({
    effects: setRunFault.of(fault),
    selection: isMask(view.state.sliceDoc(fault.from, fault.to))
      ? { anchor: fault.from + 1, head: fault.to - 1 }
      : { anchor: fault.to },
    scrollIntoView: true,
  });
  view.focus();
}

function append(view: EditorView, text: string): void {
  const { doc } = view.state;
  const end = doc.toString().trimEnd().length;
  const insert = `${end === 0 ? "" : "\n\n"}${text}`;
  view.dispatch({
    changes: { from: end, to: doc.length, insert },
    selection: { anchor: end + insert.length },
    scrollIntoView: true,
    userEvent: "input.paste",
  });
  view.focus();
}
