import { Link, type LinkProps } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
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
  const frame = useRef<HTMLElement>(null);
  // On a phone the open one may stand outside of what is seen.
  useEffect(() => {
    const open = frame.current?.querySelector<HTMLElement>('[aria-current="page"]');
    if (open) frame.current?.scrollTo({ left: open.offsetLeft - frame.current.clientWidth / 2 });
  });
  return (
    <nav ref={frame} className={styles.tabs} aria-label={label}>
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
