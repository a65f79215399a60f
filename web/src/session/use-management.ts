import { useWhoami } from "../api/queries/whoami.ts";

const right = "access:manage";

export interface Management {
  /** People, service accounts, identity pools, and every environment. */
  readonly ofOrganization: boolean;
  /** Ids of the environments in which one gives roles and keys. */
  readonly ofEnvironments: readonly string[];
}

/** Where one manages access; the server judges anew at each request. */
export function useManagement(): Management {
  const { rights, environments } = useWhoami();
  return {
    ofOrganization: rights.includes(right),
    ofEnvironments: environments.filter((one) => one.rights.includes(right)).map(({ id }) => id),
  };
}
