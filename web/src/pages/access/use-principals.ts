import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { serviceAccountsQuery } from "../../api/queries/service-accounts.ts";
import { usersQuery } from "../../api/queries/users.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useClient } from "../../services.ts";

export interface Principal {
  readonly id: string;
  readonly name: string;
  readonly kind: "user" | "service_account";
}

/** Users and service accounts that one may see: everybody for those who manage access somewhere, else oneself. */
export function usePrincipals(): readonly Principal[] {
  const client = useClient();
  const { principal } = useWhoami();
  const { data: users } = useQuery(usersQuery(client));
  const { data: accounts } = useQuery(serviceAccountsQuery(client));
  return useMemo(() => {
    const all: Principal[] = [
      ...(users ?? []).map(({ id, full_name, email }) => ({
        id,
        name: full_name || email,
        kind: "user" as const,
      })),
      ...(accounts ?? []).map(({ id, display_name }) => ({
        id,
        name: display_name,
        kind: "service_account" as const,
      })),
    ];
    const { id, name, email, kind } = principal;
    return all.some((one) => one.id === id) ? all : [{ id, name: name || (email ?? id), kind }, ...all];
  }, [users, accounts, principal]);
}
