import { HamburgerMenuIcon } from "@radix-ui/react-icons";
import { Link, type LinkProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import styles from "./page.module.css";
import { useRail } from "./rail-context.ts";

export interface Crumb {
  readonly label: string;
  /** Where it leads: made with `linkOptions`. A step without one is no page. */
  readonly link?: Pick<LinkProps, "to" | "params" | "search">;
}

interface PageProps {
  readonly title: string;
  /** What stands before the title in the path to this page; the title is the last step of it. */
  readonly crumbs: readonly Crumb[];
  /** Before the title: a mark. */
  readonly mark?: ReactNode;
  /** Below the title, in a line or two. */
  readonly lead?: ReactNode;
  /** Buttons; the first thing one does here is the last of them. */
  readonly actions?: ReactNode;
  /** For forms and text, which are hard to read in long lines. */
  readonly isNarrow?: boolean;
  readonly children: ReactNode;
}

/** The frame of every page: path, title, what can be done, and then the page itself. */
export function Page({ title, crumbs, mark, lead, actions, isNarrow = false, children }: PageProps) {
  const { openDrawer } = useRail();
  return (
    <>
      <title>{`${title} - Keymoor`}</title>
      <header className={styles.bar}>
        <div className={styles.toggle}>
          <IconButton label="Open navigation" onClick={openDrawer}>
            <HamburgerMenuIcon aria-hidden />
          </IconButton>
        </div>
        <nav className={styles.crumbs} aria-label="Path">
          <ol>
            {crumbs.map(({ label, link }) => (
              <li key={label}>
                {link === undefined ? (
                  <span>{label}</span>
                ) : (
                  <Link {...link} activeOptions={{ exact: true }}>
                    {label}
                  </Link>
                )}
                <span className={styles.slash} aria-hidden>
                  /
                </span>
              </li>
            ))}
            <li>
              <span aria-current="page">{title}</span>
            </li>
          </ol>
        </nav>
      </header>
      <main id="main" tabIndex={-1} className={classes(styles.main, isNarrow && styles.narrow)}>
        <div className={styles.head}>
          <div className={styles.titles}>
            <div className={styles.title}>
              {mark}
              <h1>{title}</h1>
            </div>
            {lead !== undefined && <div className={styles.lead}>{lead}</div>}
          </div>
          {actions !== undefined && <div className={styles.actions}>{actions}</div>}
        </div>
        {children}
      </main>
    </>
  );
}

/** Until a page's code is here. */
export function PagePending() {
  return (
    <main id="main" tabIndex={-1} className={styles.main} aria-busy>
      <Skeleton width="180px" />
    </main>
  );
}
