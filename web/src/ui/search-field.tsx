import { MagnifyingGlassIcon } from "@radix-ui/react-icons";
import { useEffect, useRef, useState } from "react";
import { Kbd } from "./kbd.tsx";
import styles from "./search-field.module.css";
import { useShortcut } from "./use-shortcut.ts";

interface SearchFieldProps {
  readonly label: string;
  readonly value: string;
  /** Called when the typing rests for a moment. */
  readonly onChange: (value: string) => void;
}

/** Search as you type. `/` brings the cursor here, Escape empties it. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  // The URL changed by another hand: back, a chip, a link.
  if (value !== sent) {
    setSent(value);
    setTyped(value);
  }
  useEffect(() => {
    if (typed === sent) return;
    const timer = setTimeout(() => {
      setSent(typed);
      onChange(typed);
    }, 200);
    return () => clearTimeout(timer);
  }, [typed, sent, onChange]);
  useShortcut("/", () => input.current?.focus());
  return (
    <div className={styles.search}>
      <MagnifyingGlassIcon aria-hidden />
      <input
        ref={input}
        className={styles.input}
        type="search"
        aria-label={label}
        placeholder={label}
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape") return;
          if (typed === "") input.current?.blur();
          else setTyped("");
        }}
      />
      <span className={styles.key}>
        <Kbd>/</Kbd>
      </span>
    </div>
  );
}
