import { createRoute, redirect } from "@tanstack/react-router";
import { whoamiQuery } from "../../api/queries/whoami.ts";
import { shellRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";
import { accessSearch } from "./access-search.ts";

export const accessRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access",
    beforeLoad: async ({ context: { services } }) => {
      const { rights } = await services.queries.ensureQueryData(whoamiQuery(services.client));
      // Who manages nobody has keys of his own at least.
      const to = rights.includes("access:manage") ? "/access/users" : "/access/api-keys";
      throw redirect({ to, replace: true });
    },
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/users",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./users/users-page.tsx"), "UsersPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/service-accounts",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./service-accounts/service-accounts-page.tsx"), "ServiceAccountsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/api-keys",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./api-keys/api-keys-page.tsx"), "ApiKeysPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/use-tokens",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./use-tokens/use-tokens-page.tsx"), "UseTokensPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/roles",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./role-bindings/role-bindings-page.tsx"), "RoleBindingsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/identity-pools",
    validateSearch: accessSearch,
    component: lazyPage(() => import("./identity-pools/identity-pools-page.tsx"), "IdentityPoolsPage"),
  }),
] as const;
