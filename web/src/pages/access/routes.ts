import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { whoamiQuery } from "../../api/queries/whoami.ts";
import { shellRoute } from "../../routes.ts";
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
    component: lazyRouteComponent(() => import("./users/users-page.tsx"), "UsersPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/service-accounts",
    validateSearch: accessSearch,
    component: lazyRouteComponent(
      () => import("./service-accounts/service-accounts-page.tsx"),
      "ServiceAccountsPage",
    ),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/api-keys",
    validateSearch: accessSearch,
    component: lazyRouteComponent(() => import("./api-keys/api-keys-page.tsx"), "ApiKeysPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/use-tokens",
    validateSearch: accessSearch,
    component: lazyRouteComponent(() => import("./use-tokens/use-tokens-page.tsx"), "UseTokensPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/roles",
    validateSearch: accessSearch,
    component: lazyRouteComponent(() => import("./role-bindings/role-bindings-page.tsx"), "RoleBindingsPage"),
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/access/identity-pools",
    validateSearch: accessSearch,
    component: lazyRouteComponent(
      () => import("./identity-pools/identity-pools-page.tsx"),
      "IdentityPoolsPage",
    ),
  }),
] as const;
