import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { checkUnsaved } from "../../../../../src/client/checks.ts";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { connectionBody } from "../../../../../src/client/connections.ts";
import type { Place } from "../../../../../src/client/place.ts";
import { useClient } from "../../../services.ts";
import { authData, type FormValues } from "./form-values.ts";

/** A check of what is typed. The result is of the values that were sent: it goes when they change (`reset`). */
export function useCredentialTest(place: Place, type: ConnectionType | undefined, values: FormValues) {
  const client = useClient();
  // Read when it runs, and not kept with the mutation: variables of a mutation stay in its cache.
  const latest = useRef({ place, type, values });
  latest.current = { place, type, values };
  return useMutation({
    mutationFn: () => {
      const { type: chosen, values: typed, place: where } = latest.current;
      if (chosen === undefined) throw new Error("no service is chosen");
      const { spec } = connectionBody("", chosen.wire_name, typed.endpoint, authData(chosen, typed));
      return checkUnsaved(client, where, { spec });
    },
  });
}
