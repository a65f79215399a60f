import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useServices, useStore } from "../services.ts";

/** Leads to the sign-in when the session ends, and back afterwards if nobody ended it himself. */
export function useLeaving(): void {
  const { queries, session } = useServices();
  const state = useStore(session);
  const navigate = useNavigate();
  const { href } = useLocation();
  useEffect(() => {
    if (state.status !== "signed_out") return;
    const goTo = state.because === "expired" ? href : undefined;
    void navigate({ to: "/sign-in", search: { return: goTo } }).then(() => queries.clear());
  }, [state, navigate, href, queries]);
}
