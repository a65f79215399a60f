import { useWhoami } from "../api/queries/whoami.ts";

/** What one may do in an environment, such as `connection:manage`; the server judges anew at each request. */
export function useRights(environmentId: string): readonly string[] {
  const { environments } = useWhoami();
  return environments.find(({ id }) => id === environmentId)?.rights ?? [];
}
