import { createRoute } from "@tanstack/react-router";
import { connectionTypesQuery } from "../../api/queries/connection-types.ts";
import { connectionsQuery } from "../../api/queries/connections.ts";
import { whoamiQuery } from "../../api/queries/whoami.ts";
import { environmentRoute } from "../../routes.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";
import { connectionSearch } from "./detail/connection-search.ts";
import { connectionsSearch, queryOf } from "./list/connections-search.ts";
import { newConnectionSearch } from "./new/new-connection-search.ts";

export const connectionRoutes = [
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections",
    validateSearch: connectionsSearch,
    loaderDeps: ({ search }) => search,
    // Asked for while the page's code is on its way, and not waited for: the page shows how it fares.
    loader: ({ context: { services }, params, deps }) => {
      const { client, queries } = services;
      void queries.prefetchQuery(connectionTypesQuery(client));
      void queries.ensureQueryData(whoamiQuery(client)).then(({ organization, environments }) => {
        // Where one has no role the page says so by itself.
        if (!environments.some(({ id }) => id === params.environment)) return undefined;
        const place = { organizationId: organization.id, environmentId: params.environment };
        return queries.prefetchInfiniteQuery(connectionsQuery(client, place, queryOf(deps)));
      }, ignore);
    },
    component: lazyPage(() => import("./list/connections-page.tsx"), "ConnectionsPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/new",
    validateSearch: newConnectionSearch,
    component: lazyPage(() => import("./new/new-connection-page.tsx"), "NewConnectionPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/$region/$name",
    validateSearch: connectionSearch,
    component: lazyPage(() => import("./detail/connection-page.tsx"), "ConnectionPage"),
  }),
  createRoute({
    getParentRoute: () => environmentRoute,
    path: "/connections/$region/$name/edit",
    component: lazyPage(() => import("./edit/edit-connection-page.tsx"), "EditConnectionPage"),
  }),
] as const;

/** The shell loads the same and says what failed. */
function ignore(): void {}
