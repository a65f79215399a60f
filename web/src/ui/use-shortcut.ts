import { useEffect, useRef } from "react";

/** Calls when a key is pressed alone, while nobody types and no dialog or menu is open. */
export function useShortcut(key: string, action: () => void): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key !== key || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented)
        return;
      if (
        isTyping(event.composedPath()[0]) ||
        document.querySelector('[role="dialog"], [role="menu"]') !== null
      )
        return;
      event.preventDefault();
      latest.current();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [key]);
}

/** The innermost target: the SQL editor stands in a shadow, and outside of it an event is its host's. */
function isTyping(target: EventTarget | undefined): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"))
  );
}
