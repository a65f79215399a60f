import { createRoute, redirect } from "@tanstack/react-router";
import { whoamiQuery } from "../../api/queries/whoami.ts";
import { shellRoute } from "../../routes.ts";
import { lastEnvironment } from "../../shell/last-environment.ts";
import { lazyPage } from "../../shell/lazy-page.tsx";

export const environmentRoutes = [
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/",
    beforeLoad: async ({ context: { services } }) => {
      const { environments } = await services.queries.ensureQueryData(whoamiQuery(services.client));
      const last = lastEnvironment();
      const found = environments.find(({ id }) => id === last) ?? environments[0];
      if (found === undefined) throw redirect({ to: "/environments", replace: true });
      throw redirect({
        to: "/environments/$environment/connections",
        params: { environment: found.id },
        replace: true,
      });
    },
  }),
  createRoute({
    getParentRoute: () => shellRoute,
    path: "/environments",
    component: lazyPage(() => import("./environments-page.tsx"), "EnvironmentsPage"),
  }),
] as const;
