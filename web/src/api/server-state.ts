import { createStore, type Store } from "../store.ts";

/** Whether the server answers. `unreachable` is left again by the first request that it answers. */
export type ServerState = "answers" | "unreachable";

export function createServerState(): Store<ServerState> {
  return createStore<ServerState>("answers");
}
