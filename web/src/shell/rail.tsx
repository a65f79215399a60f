import { DoubleArrowLeftIcon, DoubleArrowRightIcon } from "@radix-ui/react-icons";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import mark from "../keymoor.svg";
import { IconButton } from "../ui/button.tsx";
import { classes } from "../ui/classes.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import { EnvironmentSwitcher } from "./environment-switcher.tsx";
import { navigation } from "./navigation.ts";
import styles from "./rail.module.css";
import { useCurrentEnvironment } from "./use-current-environment.ts";
import { UserMenu } from "./user-menu.tsx";

interface RailProps {
  readonly isFolded: boolean;
  /** undefined in the drawer of a phone, which is closed instead. */
  readonly onFold?: (() => void) | undefined;
}

/** Where one is, and where one can go. */
export function Rail({ isFolded, onFold }: RailProps) {
  const environment = useCurrentEnvironment();
  return (
    <div className={classes(styles.rail, isFolded && styles.folded)}>
      <div className={styles.brand}>
        <Link to="/" aria-label="Keymoor, to the start">
          <img src={mark} alt="" width={22} height={22} />
          {!isFolded && "Keymoor"}
        </Link>
        {!isFolded && onFold !== undefined && (
          <IconButton label="Fold navigation" size="small" onClick={onFold}>
            <DoubleArrowLeftIcon aria-hidden />
          </IconButton>
        )}
      </div>
      <EnvironmentSwitcher isFolded={isFolded} />
      <nav className={styles.groups} aria-label="Main">
        {navigation.map((group) => (
          <section key={group.label} aria-label={group.label}>
            <div className={styles.group} aria-hidden>
              {!isFolded && group.label}
            </div>
            <ul>
              {group.items.map(({ label, icon: Icon, link, isExact = false }) => (
                <li key={label}>
                  <Named label={label} isFolded={isFolded}>
                    <Link
                      {...link(environment?.id ?? "-")}
                      className={styles.link}
                      activeOptions={{ exact: isExact, includeSearch: false }}
                      aria-label={label}
                    >
                      <Icon aria-hidden />
                      {!isFolded && label}
                    </Link>
                  </Named>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </nav>
      {isFolded && onFold !== undefined && (
        <IconButton label="Unfold navigation" onClick={onFold}>
          <DoubleArrowRightIcon aria-hidden />
        </IconButton>
      )}
      <UserMenu isFolded={isFolded} />
    </div>
  );
}

interface NamedProps {
  readonly label: string;
  readonly isFolded: boolean;
  readonly children: ReactNode;
}

/** Beside an icon alone its name is shown to those who point at it or come by keyboard. */
function Named({ label, isFolded, children }: NamedProps) {
  if (!isFolded) return children;
  return (
    <Tooltip text={label} side="right">
      {children}
    </Tooltip>
  );
}
