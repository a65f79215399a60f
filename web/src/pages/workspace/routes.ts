import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { environmentRoute } from "../../routes.ts";
import { workspaceSearch } from "./workspace-search.ts";

export const workspaceRoutes = [
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/workspace",
    validateSearch: workspaceSearch,
    component: lazyRouteComponent(() => import("./workspace-page.tsx"), "WorkspacePage"),
  }),
] as const;
