import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import { Decoration, EditorView, MatchDecorator, ViewPlugin } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { mask } from "../../../../../src/sql/mask.ts";

/** Colours and sizes are the page's: custom properties reach into the editor's shadow. */
const look = EditorView.theme({
  "&": {
    height: "100%",
    color: "var(--text)",
    backgroundColor: "transparent",
    fontSize: "var(--editor-size)",
  },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "1.65", overflow: "auto" },
  ".cm-content": { padding: "10px 0", caretColor: "var(--text)", fontVariantLigatures: "none" },
  ".cm-line": { padding: "0 16px 0 10px" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--text-faint)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "38px", padding: "0 8px 0 12px" },
  ".cm-activeLineGutter": { backgroundColor: "transparent", color: "var(--text)" },
  ".cm-cursor": { borderLeftColor: "var(--text)", borderLeftWidth: "2px" },
  ".cm-placeholder": { color: "var(--text-faint)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "var(--code-selection)",
  },
  ".cm-matchingBracket, &.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--surface-pressed)",
    outline: "1px solid var(--line-control)",
  },
  "&.cm-focused .cm-nonmatchingBracket": { backgroundColor: "transparent", color: "var(--bad)" },
  ".cm-running": { boxShadow: "inset 2px 0 var(--accent)" },
  ".cm-mask": {
    borderRadius: "4px",
    padding: "1px 0",
    backgroundColor: "var(--surface-pressed)",
    color: "var(--text-muted)",
  },
  ".cm-mask *": { color: "inherit" },
  ".cm-lintRange-error": {
    backgroundImage: "none",
    textDecoration: "underline wavy var(--bad) 1px",
    textUnderlineOffset: "4px",
    textDecorationSkipInk: "none",
  },
  ".cm-lintPoint-error:after": { borderBottomColor: "var(--bad)" },
  ".cm-tooltip": {
    border: "0",
    borderRadius: "var(--radius)",
    backgroundColor: "var(--surface-overlay)",
    boxShadow: "var(--shadow-overlay)",
    color: "var(--text)",
    fontFamily: "var(--font-sans)",
    fontSize: "var(--size-table)",
    overflow: "hidden",
  },
  ".cm-tooltip-lint": { maxWidth: "min(480px, calc(100vw - 32px))" },
  ".cm-diagnostic": { padding: "8px 12px", lineHeight: "1.45" },
  ".cm-diagnostic-error": { borderLeft: "3px solid var(--bad)" },
  ".cm-diagnosticAction": {
    display: "block",
    margin: "8px 0 2px",
    padding: "3px 10px",
    border: "1px solid var(--line-control)",
    borderRadius: "4px",
    backgroundColor: "var(--surface)",
    color: "var(--text)",
    font: "inherit",
    fontSize: "var(--size-small)",
    cursor: "pointer",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    maxHeight: "none",
    padding: "4px",
    fontFamily: "var(--font-mono)",
    fontSize: "var(--size-small)",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": {
    padding: "5px 10px",
    borderRadius: "4px",
    lineHeight: "1.35",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": {
    backgroundColor: "var(--accent-soft)",
    color: "var(--accent-text)",
  },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
});

const words = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "500" },
  { tag: [tags.typeName, tags.standard(tags.name)], color: "var(--code-type)" },
  { tag: [tags.string, tags.special(tags.string)], color: "var(--code-string)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--code-type)" },
  { tag: tags.comment, color: "var(--text-faint)", fontStyle: "italic" },
  { tag: [tags.operator, tags.punctuation], color: "var(--text-muted)" },
]);

/** What was sealed looks like a thing of its own, and not like text that somebody typed. */
const masks = new MatchDecorator({
  regexp: new RegExp(`'${mask.replaceAll("*", "\\*")}'`, "g"),
  decoration: Decoration.mark({ class: "cm-mask" }),
});
const maskMarks = ViewPlugin.define(
  (view) => {
    let marks = masks.createDeco(view);
    return {
      get marks() {
        return marks;
      },
      update: (update) => {
        marks = masks.updateDeco(update, marks);
      },
    };
  },
  { decorations: ({ marks }) => marks },
);

export const editorTheme: Extension = [look, syntaxHighlighting(words), maskMarks];
