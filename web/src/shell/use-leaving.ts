import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import { useServices } from "../services.ts";

/** Leads to the sign-in as the session ends, and back afterwards if nobody ended it himself. */
export function useLeaving(): void {
  const { queries, session } = useServices();
  const router = useRouter();
  useEffect(
    () =>
      session.subscribe(() => {
        const state = session.get();
        if (state.status !== "signed_out") return;
        const goTo = state.because === "expired" ? router.state.location.href : undefined;
        // What was loaded is no longer anybody's; while it is on screen it must not be loaded again.
        void queries.cancelQueries();
        void router.navigate({ to: "/sign-in", search: { return: goTo } }).then(() => queries.clear());
      }),
    [queries, router, session],
  );
}
