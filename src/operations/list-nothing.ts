import type { Caller } from "../access/caller.ts";
import { countedRead } from "./counted-read.ts";
import { refuseUseToken } from "./refuse-use-token.ts";
import type { Origin, Services } from "./services.ts";

/** Things of which Keymoor has none, so that nobody's right to see them has to be judged. */
export function listNothing(
  services: Services,
  caller: Caller,
  origin: Origin,
  action: "group_mapping.list" | "identity_provider.list" | "network.list" | "private_link_attachment.list",
): Promise<void> {
  return countedRead(services, caller, origin, action, async () => refuseUseToken(caller));
}
