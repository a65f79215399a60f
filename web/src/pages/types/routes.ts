import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { searchText } from "../../format/search-text.ts";
import { shellRoute } from "../../routes.ts";

export const typeRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/types",
    validateSearch: (search: Readonly<Record<string, unknown>>): { search?: string | undefined } => ({
      search: searchText(search.search),
    }),
    component: lazyRouteComponent(() => import("./types-page.tsx"), "TypesPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/types/$type",
    component: lazyRouteComponent(() => import("./type-page.tsx"), "TypePage"),
  }),
] as const;
