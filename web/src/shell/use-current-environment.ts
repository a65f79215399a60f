import { useParams } from "@tanstack/react-router";
import { useWhoami } from "../api/queries/whoami.ts";
import { lastEnvironment } from "./last-environment.ts";

export interface CurrentEnvironment {
  readonly id: string;
  readonly name: string;
}

/** That of the page, else the one in which one worked last; undefined for those who have a role in none. */
export function useCurrentEnvironment(): CurrentEnvironment | undefined {
  const { environment } = useParams({ strict: false });
  const { environments } = useWhoami();
  const wanted = environment ?? lastEnvironment();
  return environments.find(({ id }) => id === wanted) ?? environments[0];
}
