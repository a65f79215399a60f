import { useRouterState } from "@tanstack/react-router";
import { useEffect, useState } from "react";

/** A browser says the title of a page that it loads; of one that a script draws this says it. */
export function Announcer() {
  const { pathname, isIdle } = useRouterState({
    select: ({ location, status }) => ({ pathname: location.pathname, isIdle: status === "idle" }),
    structuralSharing: true,
  });
  const [title, setTitle] = useState("");
  // biome-ignore lint/correctness/useExhaustiveDependencies: the title is the page's, and a page is its path
  useEffect(() => {
    if (isIdle) setTitle(document.title);
  }, [pathname, isIdle]);
  return (
    <div className="only-heard" aria-live="polite" aria-atomic="true">
      {title}
    </div>
  );
}
