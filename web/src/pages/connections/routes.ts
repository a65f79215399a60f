import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { environmentRoute } from "../../routes.ts";
import { connectionSearch } from "./detail/connection-search.ts";
import { connectionsSearch } from "./list/connections-search.ts";
import { newConnectionSearch } from "./new/new-connection-search.ts";

export const connectionRoutes = [
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections",
    validateSearch: connectionsSearch,
    component: lazyRouteComponent(() => import("./list/connections-page.tsx"), "ConnectionsPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/new",
    validateSearch: newConnectionSearch,
    component: lazyRouteComponent(() => import("./new/new-connection-page.tsx"), "NewConnectionPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/$region/$name",
    validateSearch: connectionSearch,
    component: lazyRouteComponent(() => import("./detail/connection-page.tsx"), "ConnectionPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/$region/$name/edit",
    component: lazyRouteComponent(() => import("./edit/edit-connection-page.tsx"), "EditConnectionPage"),
  }),
] as const;
