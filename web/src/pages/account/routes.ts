import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";

export const accountRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/account",
    component: lazyPage(() => import("./account-page.tsx"), "AccountPage"),
  }),
] as const;
