import styles from "./skeleton.module.css";

/** Stands where text will be. Whoever hears the page is told by the region around it (`aria-busy`). */
export function Skeleton({ width = "60%" }: { readonly width?: string }) {
  return <span className={styles.skeleton} style={{ width }} aria-hidden />;
}
