import { useId, useState } from "react";
import { classes } from "./classes.ts";
import styles from "./text-filter.module.css";

interface TextFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly example?: string;
  /** What the browser offers while one types. */
  readonly suggestions?: readonly { readonly value: string; readonly label?: string }[];
  readonly onChange: (value: string | undefined) => void;
}

/** For what is looked up exactly as it is written: it filters at Enter, or as one leaves it or takes a suggestion. */
export function TextFilter({ label, value = "", example, suggestions = [], onChange }: TextFilterProps) {
  const id = useId();
  const [typed, setTyped] = useState(value);
  const [sent, setSent] = useState(value);
  // The URL changed by another hand: back, a link, a chip.
  if (value !== sent) {
    setSent(value);
    setTyped(value);
  }
  const send = (text: string) => {
    const wanted = text.trim();
    if (wanted !== value) onChange(wanted === "" ? undefined : wanted);
  };
  return (
    <label className={classes(styles.filter, value !== "" && styles.active)}>
      <span>{label}</span>
      <input
        list={`${id}-list`}
        value={typed}
        placeholder={example}
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        onChange={({ target }) => {
          setTyped(target.value);
          if (target.value === "" || suggestions.some((one) => one.value === target.value))
            send(target.value);
        }}
        onBlur={() => send(typed)}
        onKeyDown={({ key }) => {
          if (key === "Enter") send(typed);
          if (key === "Escape") setTyped(value);
        }}
      />
      <datalist id={`${id}-list`}>
        {suggestions.map((one) => (
          <option key={one.value} value={one.value}>
            {one.label}
          </option>
        ))}
      </datalist>
    </label>
  );
}
