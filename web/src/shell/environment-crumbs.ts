import { linkOptions } from "@tanstack/react-router";
import type { Crumb } from "./page.tsx";

/** Environments / default */
export function environmentCrumbs(id: string, name: string): readonly Crumb[] {
  return [
    { label: "Environments", link: linkOptions({ to: "/environments" }) },
    {
      label: name,
      link: linkOptions({ to: "/environments/$environment/connections", params: { environment: id } }),
    },
  ];
}
