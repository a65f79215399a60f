import { useMutation } from "@tanstack/react-query";
import { verifyConnection } from "../../../../src/client/checks.ts";
import type { Place } from "../../../../src/client/place.ts";
import { connectionKey, connectionListsKey } from "../../api/queries/connections.ts";
import { useServices } from "../../services.ts";
import { useToasts } from "../../ui/toast.tsx";

/** Checks a connection and shows what follows wherever it is on screen. */
export function useCheckNow(place: Place, name: string) {
  const { client, queries } = useServices();
  const { say, fail } = useToasts();
  return useMutation({
    mutationFn: () => verifyConnection(client, place, name),
    onSuccess: ({ phase, detail }) => {
      say(`${name} was checked: ${phase === "READY" ? "ready" : detail}`);
      void queries.invalidateQueries({ queryKey: connectionKey(place, name) });
      void queries.invalidateQueries({ queryKey: connectionListsKey });
    },
    onError: fail,
  });
}
