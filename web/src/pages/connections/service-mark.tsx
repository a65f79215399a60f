import { classes } from "../../ui/classes.ts";
import { marks } from "./marks.ts";
import styles from "./service-mark.module.css";

interface ServiceMarkProps {
  readonly type: { readonly label: string; readonly mark?: string };
  readonly size?: "small" | "large";
}

/** The service's mark where it has one, else its initials. In the page's own grey: a list is no row of flags. */
export function ServiceMark({ type, size = "small" }: ServiceMarkProps) {
  const path = type.mark === undefined ? undefined : marks[type.mark];
  return (
    <span className={classes(styles.mark, styles[size])} aria-hidden>
      {path === undefined ? (
        initials(type.label)
      ) : (
        <svg viewBox="0 0 24 24" fill="currentColor" aria-hidden>
          <path d={path} />
        </svg>
      )}
    </span>
  );
}

/** `Azure Cosmos DB` is AC, `JDBC` is J. */
function initials(label: string): string {
  const words = label.split(/\s+/);
  const [first = "", second] = words;
  return second === undefined ? first.slice(0, 1) : first.slice(0, 1) + second.slice(0, 1).toUpperCase();
}
