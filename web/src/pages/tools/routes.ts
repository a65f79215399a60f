import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { shellRoute } from "../../routes.ts";
import { toolsSearch } from "./tools-search.ts";

export const toolRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/tools",
    validateSearch: toolsSearch,
    component: lazyRouteComponent(() => import("./tools-page.tsx"), "ToolsPage"),
  }),
] as const;
