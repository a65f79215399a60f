import { Outlet, useLocation } from "@tanstack/react-router";
import { Dialog } from "radix-ui";
import { useEffect, useMemo, useState } from "react";
import { classes } from "../ui/classes.ts";
import { Announcer } from "./announcer.tsx";
import { ConnectionBanner } from "./connection-banner.tsx";
import { Rail } from "./rail.tsx";
import { RailContext } from "./rail-context.ts";
import styles from "./shell.module.css";
import { useLeaving } from "./use-leaving.ts";

const foldedKey = "keymoor.rail";

/** Rail and page. On a phone the rail is a drawer. */
export function Shell() {
  const [isFolded, setIsFolded] = useState(() => localStorage.getItem(foldedKey) === "folded");
  const [isDrawerOpen, setIsDrawerOpen] = useState(false);
  const rail = useMemo(() => ({ openDrawer: () => setIsDrawerOpen(true) }), []);
  const { pathname } = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the drawer closes when the page changes
  useEffect(() => setIsDrawerOpen(false), [pathname]);
  useLeaving();
  const fold = () => {
    localStorage.setItem(foldedKey, isFolded ? "open" : "folded");
    setIsFolded(!isFolded);
  };
  return (
    <RailContext value={rail}>
      <a className={styles.skip} href="#main">
        Skip to the page
      </a>
      <div className={styles.shell}>
        <aside className={classes(styles.side, isFolded && styles.folded)} aria-label="Navigation">
          <Rail isFolded={isFolded} onFold={fold} />
        </aside>
        <div className={styles.content}>
          <ConnectionBanner />
          <Outlet />
        </div>
      </div>
      <Dialog.Root open={isDrawerOpen} onOpenChange={setIsDrawerOpen}>
        <Dialog.Portal>
          <div className={styles.scrim} />
          <Dialog.Content className={styles.drawer} aria-describedby={undefined}>
            <Dialog.Title className="only-heard">Navigation</Dialog.Title>
            <Rail isFolded={false} />
          </Dialog.Content>
        </Dialog.Portal>
      </Dialog.Root>
      <Announcer />
    </RailContext>
  );
}
