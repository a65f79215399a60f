import { insertBracket } from "@codemirror/autocomplete";
import { EditorView } from "@codemirror/view";

/**
 * Left to itself the browser gives what is typed over a selection the colours of what it takes the place of, by a `style`
 * attribute, which the Content-Security-Policy forbids and reports. The editor draws its text anew anyway.
 */
export const typeOverSelection = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { inputType, data } = event;
    if (inputType !== "insertText" || data === null || view.composing) return false;
    const { state } = view;
    if (state.selection.ranges.every(({ empty }) => empty)) return false;
    event.preventDefault();
    view.dispatch(
      insertBracket(state, data) ??
        state.update(state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true }),
    );
    return true;
  },
});
