import { ButtonLink } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import styles from "./page.module.css";

export function NotFound() {
  return (
    <main id="main" tabIndex={-1} className={styles.main}>
      <title>No such page - Keymoor</title>
      <EmptyState
        isPage
        title="There is no page at this address"
        lines={["It may have been typed wrongly, or what stood here was deleted."]}
        actions={
          <ButtonLink to="/" variant="primary">
            Go to the start
          </ButtonLink>
        }
      />
    </main>
  );
}
