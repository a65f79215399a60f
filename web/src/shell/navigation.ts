import {
  ActivityLogIcon,
  CodeIcon,
  CubeIcon,
  GlobeIcon,
  LayersIcon,
  LockClosedIcon,
  RocketIcon,
} from "@radix-ui/react-icons";
import { type LinkProps, linkOptions } from "@tanstack/react-router";
import type { ComponentType } from "react";

interface NavigationItem {
  readonly label: string;
  readonly icon: ComponentType<{ readonly "aria-hidden"?: boolean }>;
  /** Where it leads, for the environment in which one works. */
  readonly link: (environment: string) => Pick<LinkProps, "to" | "params" | "search">;
  readonly isExact?: boolean;
}

interface NavigationGroup {
  /** Heard, and shown above the items when there is room. */
  readonly label: string;
  readonly items: readonly NavigationItem[];
}

/** The rail. An area adds its line here and its routes to `router.tsx`. */
export const navigation: readonly NavigationGroup[] = [
  {
    label: "Integrations",
    items: [
      {
        label: "Connections",
        icon: CubeIcon,
        link: (environment) =>
          linkOptions({ to: "/environments/$environment/connections", params: { environment } }),
      },
      {
        label: "SQL workspace",
        icon: CodeIcon,
        link: (environment) =>
          linkOptions({ to: "/environments/$environment/workspace", params: { environment } }),
      },
      { label: "Connection types", icon: LayersIcon, link: () => linkOptions({ to: "/types" }) },
    ],
  },
  {
    label: "Organization",
    items: [
      {
        label: "Environments",
        icon: GlobeIcon,
        link: () => linkOptions({ to: "/environments" }),
        isExact: true,
      },
      { label: "Access", icon: LockClosedIcon, link: () => linkOptions({ to: "/access" }) },
      { label: "Audit log", icon: ActivityLogIcon, link: () => linkOptions({ to: "/audit" }) },
    ],
  },
  {
    label: "From elsewhere",
    items: [{ label: "Use your tools", icon: RocketIcon, link: () => linkOptions({ to: "/tools" }) }],
  },
];
