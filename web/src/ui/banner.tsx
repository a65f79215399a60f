import type { ReactNode } from "react";
import styles from "./banner.module.css";
import { classes } from "./classes.ts";

interface BannerProps {
  readonly tone: "warn" | "note";
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly action?: ReactNode;
}

/** Across the page: what holds for everything on it. */
export function Banner({ tone, icon, children, action }: BannerProps) {
  return (
    <div className={classes(styles.banner, styles[tone])} role="status">
      {icon}
      <span>{children}</span>
      {action}
    </div>
  );
}
