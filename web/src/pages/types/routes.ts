import { createRoute } from "@tanstack/react-router";
import { searchText } from "../../format/search-text.ts";
import { shellRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";

export const typeRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/types",
    validateSearch: (search: Readonly<Record<string, unknown>>): { search?: string | undefined } => ({
      search: searchText(search.search),
    }),
    component: lazyPage(() => import("./types-page.tsx"), "TypesPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/types/$type",
    component: lazyPage(() => import("./type-page.tsx"), "TypePage"),
  }),
] as const;
