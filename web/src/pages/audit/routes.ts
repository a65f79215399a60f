import { createRoute } from "@tanstack/react-router";
import { shellRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";
import { auditSearch } from "./audit-search.ts";

export const auditRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/audit",
    validateSearch: auditSearch,
    component: lazyPage(() => import("./audit-page.tsx"), "AuditPage"),
  }),
] as const;
