import { type ErrorComponentProps, useRouter } from "@tanstack/react-router";
import { ErrorState } from "../ui/error-state.tsx";
import styles from "./page.module.css";

/** A page that could not be loaded or drawn. */
export function Crash({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  return (
    <main id="main" tabIndex={-1} className={styles.main}>
      <title>Not loaded - Keymoor</title>
      <h1 className={styles.crash}>This page could not be loaded</h1>
      <ErrorState error={error} onRetry={retry} />
    </main>
  );
}
