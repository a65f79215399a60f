import styles from "./middle-cut.module.css";

const endLength = 12;

/**
 * A long text in mono, cut in its middle where there is no room: the host at its start and the end of the path are what tells
 * endpoints apart.
 */
export function MiddleCut({ text, whole = text }: { readonly text: string; readonly whole?: string }) {
  return (
    <code className={styles.text} title={whole}>
      <span className={styles.start}>{text.slice(0, -endLength)}</span>
      <span className={styles.end}>{text.slice(-endLength)}</span>
    </code>
  );
}
