import { createRouter } from "@tanstack/react-router";
import { accessRoutes } from "./pages/access/routes.ts";
import { accountRoutes } from "./pages/account/routes.ts";
import { auditRoutes } from "./pages/audit/routes.ts";
import { connectionRoutes } from "./pages/connections/routes.ts";
import { environmentRoutes } from "./pages/environments/routes.ts";
import { toolRoutes } from "./pages/tools/routes.ts";
import { typeRoutes } from "./pages/types/routes.ts";
import { workspaceRoutes } from "./pages/workspace/routes.ts";
import { environmentRoute, rootRoute, shellRoute } from "./routes.ts";
import type { Services } from "./services.ts";
import { sessionRoutes } from "./session/routes.ts";
import { Crash } from "./shell/crash.tsx";
import { NotFound } from "./shell/not-found.tsx";
import { PagePending } from "./shell/page.tsx";

/** Every page: each area has its own `routes.ts`, and its pages are loaded when they are opened. */
const routeTree = rootRoute.addChildren([
  ...sessionRoutes,
  shellRoute.addChildren([
    ...environmentRoutes,
    ...accessRoutes,
    ...auditRoutes,
    ...typeRoutes,
    ...toolRoutes,
    ...accountRoutes,
    environmentRoute.addChildren([...connectionRoutes, ...workspaceRoutes]),
  ]),
]);

export function createConsoleRouter(services: Services) {
  return createRouter({
    routeTree,
    context: { services },
    defaultPreload: "intent",
    defaultPreloadStaleTime: 0,
    defaultPendingMs: 150,
    defaultPendingMinMs: 150,
    defaultPendingComponent: PagePending,
    defaultErrorComponent: Crash,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
    // Plain words in the address: ?search=open&status=READY
    parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
    stringifySearch: (search) => {
      const entries = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
      const text = new URLSearchParams(entries.map(([name, value]) => [name, String(value)])).toString();
      return text === "" ? "" : `?${text}`;
    },
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof createConsoleRouter>;
  }
}
