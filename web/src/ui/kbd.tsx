import styles from "./kbd.module.css";

/** A key to press; those who hear the page are told by the control itself. */
export function Kbd({ children }: { readonly children: string }) {
  return (
    <kbd className={styles.kbd} aria-hidden>
      {children}
    </kbd>
  );
}
