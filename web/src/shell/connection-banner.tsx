import { LightningBoltIcon } from "@radix-ui/react-icons";
import { useEffect } from "react";
import { useServices, useStore } from "../services.ts";
import { Banner } from "../ui/banner.tsx";

const retryMs = 3000;

/** Says that the server does not answer, asks again by itself, and loads what is on the page anew when it does. */
export function ConnectionBanner() {
  const { client, queries, server } = useServices();
  const state = useStore(server);
  useEffect(() => {
    if (state === "answers") return;
    const timer = setInterval(async () => {
      // Any answer will do; the client notes it.
      await client.request({ path: "/health" }).catch(() => undefined);
      if (server.get() === "answers") await queries.invalidateQueries();
    }, retryMs);
    return () => clearInterval(timer);
  }, [state, client, queries, server]);
  if (state === "answers") return null;
  return (
    <Banner tone="warn" icon={<LightningBoltIcon aria-hidden />}>
      The server does not answer. What you see was loaded before; it is asked again every few seconds.
    </Banner>
  );
}
