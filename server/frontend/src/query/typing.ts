// Typing over a selection, done here and not by the browser.
// Chromium keeps the looks of what is typed over in a style attribute, which the page's policy refuses, on the console.

import type { Extension } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

export const typedOver: Extension = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { from, to, empty } = view.state.selection.main;
    if (empty || view.composing || event.inputType !== "insertText" || event.data === null) return false;
    const text = event.data;
    const insert = () => view.state.update(view.state.replaceSelection(text), { userEvent: "input.type", scrollIntoView: true });
    const handlers = view.state.facet(EditorView.inputHandler); // such as that which closes brackets
    if (!handlers.some((handle) => handle(view, from, to, text, insert))) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});
