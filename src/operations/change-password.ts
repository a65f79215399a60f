import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { judgePassword } from "../secrets/judge-password.ts";
import { changeControl } from "./control-act.ts";
import { findUser } from "./find-user.ts";
import { tooManyAttempts } from "./refuse-sign-in.ts";
import type { Origin, Services } from "./services.ts";

export interface PasswordChange {
  readonly current: Secret;
  readonly next: Secret;
}

/** One's own, and one's other sessions end: whoever had the old password may be in one. */
export function changePassword(
  services: Services,
  caller: Caller,
  origin: Origin,
  change: () => PasswordChange,
): Promise<void> {
  return changeControl(services, caller, origin, "user.change_password", async (act) => {
    const user = await findUser(services, caller, caller.principal);
    const { current, next } = change();
    judgePassword(next, user.email);
    // Somebody who sits down at an open session must not find it by trying.
    const attempt = [origin.address, `password ${user.id}`] as const;
    const waitSeconds = services.failedAttempts.note(...attempt, services.now().getTime());
    if (waitSeconds !== undefined) throw tooManyAttempts(waitSeconds);
    const { passwordHash: known } = user;
    if (!(await services.passwords.verify(current, known ?? undefined, origin.address))) {
      throw new KeymoorError("password_not_accepted", "The current password is wrong.", {
        pointer: "/current_password",
      });
    }
    services.failedAttempts.forgive(...attempt);
    const passwordHash = await services.passwords.hash(next);
    await services.store.write([
      { do: "require_password", principalId: user.id, passwordHash: known },
      { do: "set_password", principalId: user.id, passwordHash },
      {
        do: "delete_sessions",
        principalId: user.id,
        ...(caller.via === "session" && { except: caller.credential }),
      },
      act.audit({ kind: "user", id: user.id }),
    ]);
  });
}
