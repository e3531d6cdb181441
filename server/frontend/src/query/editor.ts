// The editor: CodeMirror with SPARQL, completion and marks, in a shadow root.
// In a shadow root CodeMirror's styles are constructed style sheets, which the page's policy allows; in the document
// they would be style elements, which it does not.

import { closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, indentOnInput, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { lintGutter, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { typedOver } from "./typing";

// Colours come from the page's custom properties, which reach into the shadow root.
const highlight = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--query-keyword)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--query-variable)" },
  { tag: [tags.string, tags.literal, tags.number, tags.bool], color: "var(--query-literal)" },
  { tag: [tags.atom, tags.meta, tags.link, tags.namespace], color: "var(--query-name)" },
  { tag: tags.comment, color: "var(--query-comment)", fontStyle: "italic" },
  { tag: tags.standard(tags.name), color: "var(--query-keyword)" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--query-ink)", backgroundColor: "var(--query-paper)", fontSize: "0.9rem" },
  "&.cm-focused": { outline: "2px solid var(--query-accent)", outlineOffset: "1px" },
  ".cm-scroller": {
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
    lineHeight: "1.5",
    maxHeight: "32rem",
  },
  ".cm-content, .cm-gutter": { minHeight: "14rem" },
  ".cm-content": { caretColor: "var(--query-ink)", padding: "0.6rem 0" },
  ".cm-cursor": { borderLeftColor: "var(--query-ink)" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    background: "var(--query-selected)",
  },
  ".cm-gutters": {
    backgroundColor: "var(--query-raised)",
    color: "var(--query-faint)",
    borderRight: "1px solid var(--query-line)",
  },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "var(--query-active)" },
  "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--query-selected)", outline: "1px solid var(--query-line)" },
  ".cm-tooltip": {
    backgroundColor: "var(--query-raised)",
    color: "var(--query-ink)",
    border: "1px solid var(--query-line)",
    borderRadius: "4px",
    maxWidth: "min(34rem, 90vw)",
  },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    backgroundColor: "var(--query-accent)",
    color: "var(--query-on-accent)",
  },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "0.85", marginLeft: "1em" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--query-wrong)" },
});

export interface Editor {
  view: EditorView;
  text(): string;
  put(text: string): void;
  mark(line: number, column: number, message: string): void;
  unmark(): void;
  goto(line: number, column: number): void;
}

/** An editor in `host`, labelled; `run` is called by Ctrl+Enter, `changed` whenever the text is another. */
export function editor(
  host: HTMLElement,
  text: string,
  label: string,
  completion: Extension,
  on: { run: () => void; changed: () => void },
): Editor {
  const shadow = host.attachShadow({ mode: "open" });
  const run = () => (on.run(), true);
  const extensions = [
    keymap.of([{ key: "Mod-Enter", run }, ...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
    [lineNumbers(), lintGutter(), history(), drawSelection(), highlightSpecialChars(), highlightActiveLine()],
    [bracketMatching(), closeBrackets(), indentOnInput(), EditorView.lineWrapping],
    [StreamLanguage.define(sparql), syntaxHighlighting(highlight), theme, completion, typedOver],
    EditorState.tabSize.of(2),
    EditorView.contentAttributes.of({ "aria-label": label, "aria-multiline": "true" }),
    EditorView.updateListener.of((update) => update.docChanged && on.changed()),
  ];
  const view = new EditorView({ state: EditorState.create({ doc: text, extensions }), parent: shadow, root: shadow });
  return {
    view,
    text: () => view.state.doc.toString(),
    put: (next) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } }),
    mark: (line, column, message) => view.dispatch(setDiagnostics(view.state, [diagnostic(view, line, column, message)])),
    unmark: () => view.dispatch(setDiagnostics(view.state, [])),
    goto: (line, column) => goto(view, line, column),
  };
}

/** The place that a line and a column name (both from 1, columns in characters), kept within the text. */
function offset(view: EditorView, line: number, column: number): number {
  const found = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
  const before = [...found.text].slice(0, Math.max(column, 1) - 1).join("");
  return Math.min(found.from + before.length, found.to);
}

function diagnostic(view: EditorView, line: number, column: number, message: string): Diagnostic {
  const at = offset(view, line, column);
  const whole = view.state.doc.lineAt(at);
  const word = /^[\w:?$<>./#-]+|^./.exec(whole.text.slice(at - whole.from))?.[0] ?? "";
  const from = word ? at : Math.max(whole.from, at - 1); // at the end of a line its last character is marked
  return { from, to: at + word.length, severity: "error", message };
}

function goto(view: EditorView, line: number, column: number): void {
  const anchor = offset(view, line, column);
  view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
  view.focus();
}
