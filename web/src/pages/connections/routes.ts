import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { environmentRoute } from "../../routes.ts";
import { connectionsSearch } from "./list/connections-search.ts";

export const connectionRoutes = [
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections",
    validateSearch: connectionsSearch,
    component: lazyRouteComponent(() => import("./list/connections-page.tsx"), "ConnectionsPage"),
  }),
] as const;
