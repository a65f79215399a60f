import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";
import { toolsSearch } from "./tools-search.ts";

export const toolRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/tools",
    validateSearch: toolsSearch,
    component: lazyPage(() => import("./tools-page.tsx"), "ToolsPage"),
  }),
] as const;
