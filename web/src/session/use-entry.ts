import { useMutation } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import type { Client } from "../../../src/client/client.ts";
import { useServices } from "../services.ts";
import type { Session } from "./session.ts";

/** Signs somebody in by whatever way, and leads on to where he was going. */
export function useEntry<Input>(enter: (client: Client, input: Input) => Promise<Session>, goTo: string) {
  const { client, queries, session } = useServices();
  const router = useRouter();
  return useMutation({
    mutationFn: (input: Input) => enter(client, input),
    onSuccess: async (made) => {
      // Nothing that another person loaded may be seen.
      queries.clear();
      session.set({ status: "signed_in", session: made });
      router.history.push(goTo);
    },
  });
}
