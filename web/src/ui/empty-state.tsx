import type { ReactNode } from "react";
import styles from "./state.module.css";

interface EmptyStateProps {
  readonly title: string;
  /** It is all of the page: its title is the page's. */
  readonly isPage?: boolean;
  /** What these things are for and how one comes to the first, in a line or three. */
  readonly lines: readonly ReactNode[];
  readonly actions?: ReactNode;
  /** A snippet to copy. */
  readonly children?: ReactNode;
}

/** An empty page teaches. */
export function EmptyState({ title, isPage = false, lines, actions, children }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      <div className={styles.lines}>
        {isPage ? <h1>{title}</h1> : <h2>{title}</h2>}
        {lines.map((line, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines are fixed
          <p key={index}>{line}</p>
        ))}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      {children !== undefined && <div className={styles.wide}>{children}</div>}
    </div>
  );
}
