import { QueryClient } from "@tanstack/react-query";
import { createContext, useContext, useSyncExternalStore } from "react";
import type { Client } from "../../src/client/client.ts";
import { ClientError } from "../../src/client/client-error.ts";
import { createBrowserClient } from "./api/browser-client.ts";
import { createServerState, type ServerState } from "./api/server-state.ts";
import type { SessionState, SessionStore } from "./session/session.ts";
import { createStore, type Store } from "./store.ts";

/** What every page stands on, made once in `main.tsx`. */
export interface Services {
  readonly client: Client;
  readonly queries: QueryClient;
  readonly session: SessionStore;
  readonly server: Store<ServerState>;
  /** Token of a one-time link that led here; handed out once. */
  readonly takeLinkToken: () => string | undefined;
}

export function createServices(linkToken: string | undefined): Services {
  const session: SessionStore = createStore<SessionState>({ status: "unknown" });
  const server = createServerState();
  let token = linkToken;
  return {
    client: createBrowserClient(session, server),
    queries: new QueryClient({
      defaultOptions: {
        queries: {
          staleTime: 10_000,
          // A refusal stays one. What does not answer may do so in a moment.
          retry: (failures, error) =>
            failures < 2 && error instanceof ClientError && error.kind === "unreachable",
          retryDelay: 800,
          // Loopback is there without a network.
          networkMode: "always",
        },
        // A change is never sent twice, nor kept back for later; and what it held is a secret perhaps.
        mutations: { retry: false, networkMode: "always", gcTime: 0 },
      },
    }),
    session,
    server,
    takeLinkToken: () => {
      const taken = token;
      token = undefined;
      return taken;
    },
  };
}

export const ServicesContext = createContext<Services | undefined>(undefined);

export function useServices(): Services {
  const services = useContext(ServicesContext);
  if (services === undefined) throw new Error("useServices stands outside of ServicesContext.");
  return services;
}

export function useClient(): Client {
  return useServices().client;
}

export function useStore<Value>({ subscribe, get }: Store<Value>): Value {
  return useSyncExternalStore(subscribe, get);
}
