import type { Secret } from "../secret.ts";
import { judgePassword } from "../secrets/judge-password.ts";
import type { Step } from "../storage/store.ts";
import { auditEvent } from "./audit-event.ts";
import { organizationOf } from "./control-act.ts";
import { newSession, type SignedIn } from "./new-session.ts";
import { findLink } from "./one-time-link.ts";
import { refuseSignIn } from "./refuse-sign-in.ts";
import type { Origin, Services } from "./services.ts";

export interface Acceptance {
  readonly token: Secret;
  readonly password: Secret;
  readonly name?: string | undefined;
}

/** Sets the password of somebody who was invited, and signs him in. A password that is not accepted uses nothing up. */
export async function acceptInvitation(
  services: Services,
  origin: Origin,
  { token, password, name }: Acceptance,
): Promise<SignedIn> {
  const organizationId = await organizationOf(services);
  try {
    const { link, user } = await findLink(services, "invitation", token);
    judgePassword(password, user.email);
    const passwordHash = await services.passwords.hash(password);
    const at = services.now().toISOString();
    const named = name === undefined ? user : { ...user, name };
    const { signedIn, steps } = newSession(services, origin, named, "console", organizationId);
    const event = auditEvent(services, origin, {
      at,
      action: "invitation.accept",
      outcome: "done",
      principal: user.id,
      organizationId,
      resourceKind: "invitation",
      resourceName: link.id,
    });
    const rename: Step[] =
      name === undefined ? [] : [{ do: "update_principal", id: user.id, change: { name }, updatedAt: at }];
    await services.store.write([
      { do: "use_one_time_link", id: link.id, at },
      { do: "set_password", principalId: user.id, passwordHash },
      ...rename,
      { do: "append_audit", event },
      ...steps,
    ]);
    services.access.clear();
    return signedIn;
  } catch (error) {
    throw refuseSignIn(services, origin, organizationId, error, null);
  }
}
