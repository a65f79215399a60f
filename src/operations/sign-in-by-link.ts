import type { Secret } from "../secret.ts";
import { organizationOf } from "./control-act.ts";
import { newSession, type SignedIn } from "./new-session.ts";
import { findLink } from "./one-time-link.ts";
import { refuseSignIn } from "./refuse-sign-in.ts";
import type { Origin, Services } from "./services.ts";

/** Opens a browser's session by a link that works once, such as the one of the first start. */
export async function signInByLink(services: Services, origin: Origin, token: Secret): Promise<SignedIn> {
  const organizationId = await organizationOf(services);
  try {
    const { link, user } = await findLink(services, "sign_in", token);
    const { signedIn, steps } = newSession(services, origin, user, "console", organizationId);
    await services.store.write([{ do: "use_one_time_link", id: link.id }, ...steps]);
    services.access.clear();
    return signedIn;
  } catch (error) {
    throw refuseSignIn(services, origin, organizationId, error, null);
  }
}
