import { createRoute } from "@tanstack/react-router";
import { environmentRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";
import { workspaceSearch } from "./workspace-search.ts";

export const workspaceRoutes = [
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/workspace",
    validateSearch: workspaceSearch,
    component: lazyPage(() => import("./workspace-page.tsx"), "WorkspacePage"),
  }),
] as const;
