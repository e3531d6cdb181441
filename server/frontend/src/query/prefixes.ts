// Prefixes that are typed without a declaration get one, so that a query can be taken to any other endpoint.

import type { EditorView } from "@codemirror/view";
import { given } from "./page";

/** The text without what may hold a colon and is no name: comments, strings, IRIs. */
function bare(text: string): string {
  return text.replace(/"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>\s]*>|#[^\n]*/g, " ");
}

/** The known prefixes that a query uses and does not declare. */
export function undeclared(text: string): string[] {
  const rest = bare(text);
  const declared = new Set([...rest.matchAll(/PREFIX\s+([\w-]*):/gi)].map((found) => found[1]));
  const used = new Set([...rest.matchAll(/(?<![\w:?$_-])([A-Za-z][\w-]*):/g)].map((found) => found[1]!));
  return [...used].filter((prefix) => !declared.has(prefix) && prefix in given.prefixes);
}

/** Declares them before the text, where there are any. */
export function declare(view: EditorView): void {
  const lines = undeclared(view.state.doc.toString()).map((prefix) => `PREFIX ${prefix}: <${given.prefixes[prefix]}>\n`);
  if (lines.length) view.dispatch({ changes: { from: 0, insert: lines.join("") } });
}
