import { createRootRouteWithContext, createRoute, Outlet, redirect } from "@tanstack/react-router";
import { whoamiQuery } from "./api/queries/whoami.ts";
import type { Services } from "./services.ts";
import { loadSession } from "./session/load-session.ts";
import { Crash } from "./shell/crash.tsx";
import { lazyPage } from "./shell/lazy-page.tsx";
import { Shell } from "./shell/shell.tsx";

/** The routes under which those of the areas stand. */
export const rootRoute = createRootRouteWithContext<{ readonly services: Services }>()({
  component: Outlet,
  errorComponent: Crash,
});

/** Everything behind the sign-in. Who is signed in is known before any page of it is drawn. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context: { services }, location }) => {
    // Both at once: the cookie says who it is, and a page waits for both.
    if (services.session.get().status === "unknown")
      void services.queries.prefetchQuery(whoamiQuery(services.client));
    await loadSession(services);
    if (services.session.get().status === "signed_in") return;
    const goTo = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/sign-in", search: { return: goTo } });
  },
  loader: ({ context: { services } }) => services.queries.ensureQueryData(whoamiQuery(services.client)),
  component: Shell,
});

/** Everything that belongs to one environment. */
export const environmentRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/environments/$environment",
  component: lazyPage(() => import("./shell/environment-gate.tsx"), "EnvironmentGate"),
});
