import type { ComponentType } from "react";
import { ClientError } from "../../../src/client/client-error.ts";

/**
 * A page whose code is loaded as it is opened. Code that does not come is a failure like any other, with a way to try again. The
 * router's own `lazyRouteComponent` reloads everything instead, and where the server is gone nothing is left on screen.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
) {
  let Loaded: ComponentType | undefined;
  // The router waits for it before it draws the page.
  const preload = async () => {
    if (Loaded !== undefined) return;
    const module = await load().catch(() => {
      throw new ClientError(
        "unreachable",
        "This page was not loaded. The server does not answer, or it has a newer console: then reload the page.",
      );
    });
    Loaded = module[name];
  };
  const LazyPage = () => {
    if (Loaded === undefined) throw new Error(`${name} is drawn before it is loaded.`);
    return <Loaded />;
  };
  return Object.assign(LazyPage, { preload });
}
