import { createRoute } from "@tanstack/react-router";
import { rootRoute } from "../routes.ts";
import { lazyPage } from "../shell/lazy-page.tsx";

export const sessionRoutes = [
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/sign-in",
    validateSearch: (search: Readonly<Record<string, unknown>>): { return?: string | undefined } => ({
      return: ownPath(search.return),
    }),
    component: lazyPage(() => import("./sign-in-page.tsx"), "SignInPage"),
  }),
  createRoute({
    getParentRoute: () => rootRoute,
    path: "/invite",
    component: lazyPage(() => import("./invite-page.tsx"), "InvitePage"),
  }),
] as const;

/** A path of this console: a link that somebody was sent must not lead to another host after the sign-in. */
function ownPath(value: unknown): string | undefined {
  return typeof value === "string" && /^\/(?![/\\])/.test(value) ? value : undefined;
}
