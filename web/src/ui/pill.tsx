import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import styles from "./pill.module.css";

export type Tone = "good" | "warn" | "bad" | "idle";

interface PillProps {
  readonly tone: Tone;
  /** Colour alone says nothing to many people: a status has an icon and a word. */
  readonly icon?: ReactNode;
  readonly children: ReactNode;
}

export function Pill({ tone, icon, children }: PillProps) {
  return (
    <span className={classes(styles.pill, styles[tone], icon === undefined && styles.bare)}>
      {icon}
      {children}
    </span>
  );
}
