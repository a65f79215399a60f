import type { ComponentType } from "react";
import { loadCode } from "./load-code.ts";

/**
 * A page whose code is loaded as it is opened. The router's own `lazyRouteComponent` reloads everything where it does not come,
 * and where the server is gone nothing is left on screen.
 */
export function lazyPage<Name extends string>(
  load: () => Promise<Readonly<Record<Name, ComponentType>>>,
  name: Name,
) {
  let Loaded: ComponentType | undefined;
  // The router waits for it before it draws the page.
  const preload = async () => {
    if (Loaded !== undefined) return;
    const module = await loadCode(load, "This page");
    Loaded = module[name];
  };
  const LazyPage = () => {
    if (Loaded === undefined) throw new Error(`${name} is drawn before it is loaded.`);
    return <Loaded />;
  };
  return Object.assign(LazyPage, { preload });
}
