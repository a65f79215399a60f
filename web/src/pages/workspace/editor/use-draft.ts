import { useEffect, useRef } from "react";
import type { Vocabulary } from "../../../../../src/sql/vocabulary.ts";
import { keepDraft, maskedDraft } from "./draft.ts";

const quietMs = 300;

/** Keeps what is typed, masked, when one stops typing or leaves. */
export function useDraft(principal: string, vocabulary: Vocabulary): (text: string) => void {
  const pending = useRef<string>(undefined);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const flush = useRef(() => {});
  useEffect(() => {
    flush.current = () => {
      clearTimeout(timer.current);
      if (pending.current === undefined) return;
      keepDraft(principal, maskedDraft(pending.current, vocabulary));
      pending.current = undefined;
    };
    const leave = () => flush.current();
    window.addEventListener("pagehide", leave);
    return () => {
      window.removeEventListener("pagehide", leave);
      leave();
    };
  }, [principal, vocabulary]);
  return (text) => {
    pending.current = text;
    clearTimeout(timer.current);
    timer.current = setTimeout(() => flush.current(), quietMs);
  };
}
