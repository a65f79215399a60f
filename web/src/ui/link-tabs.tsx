import { Link, type LinkProps } from "@tanstack/react-router";
import styles from "./link-tabs.module.css";

interface LinkTabsProps {
  readonly label: string;
  readonly tabs: readonly {
    readonly label: string;
    readonly link: Pick<LinkProps, "to" | "params" | "search">;
  }[];
}

/** Pages that belong together, one of them open. */
export function LinkTabs({ label, tabs }: LinkTabsProps) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      <ul>
        {tabs.map((tab) => (
          <li key={tab.label}>
            <Link {...tab.link} activeOptions={{ includeSearch: false }} className={styles.tab}>
              {tab.label}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
