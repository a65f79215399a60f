import { asKeymoorError, KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import type { SessionRecord } from "../storage/records.ts";
import { organizationOf } from "./control-act.ts";
import { newSession, type SignedIn } from "./new-session.ts";
import { refuseSignIn, tooManyAttempts } from "./refuse-sign-in.ts";
import type { Origin, Services } from "./services.ts";

export interface TypedCredentials {
  readonly email: string;
  readonly password: Secret;
  /** Another one than the server's is a failed attempt. */
  readonly organizationId?: string | undefined;
}

/**
 * Opens a session for an address and its password. An address that nobody has, one that is disabled and one without a password
 * are answered like a wrong password, after the same time.
 */
export async function signIn(
  services: Services,
  origin: Origin,
  kind: SessionRecord["kind"],
  { email, password, organizationId }: TypedCredentials,
): Promise<SignedIn> {
  const user = await services.store.read.userByEmail(email);
  const ownId = await organizationOf(services);
  const refuse = <Refusal>(error: Refusal) => refuseSignIn(services, origin, ownId, error, user?.id ?? null);

  // Counted before it is looked at, since many may come at once; unlike a key, a password can be found by trying.
  const attempt = [origin.address, `sign-in ${email.toLowerCase()}`] as const;
  const waitSeconds = services.failedAttempts.note(...attempt, services.now().getTime());
  if (waitSeconds !== undefined) throw refuse(tooManyAttempts(waitSeconds));

  let isRight: boolean;
  try {
    isRight = await services.passwords.verify(password, user?.passwordHash ?? undefined, origin.address);
  } catch (error) {
    services.failedAttempts.forgive(...attempt);
    throw refuse(error);
  }
  const isOwn = organizationId === undefined || organizationId === ownId;
  if (user === undefined || user.disabledAt !== null || !isRight || !isOwn) throw refuse(incorrect());
  const { signedIn, steps } = newSession(services, origin, user, kind, ownId);
  const { id: principalId, passwordHash } = user;
  try {
    await services.store.write([{ do: "require_password", principalId, passwordHash }, ...steps]);
  } catch (error) {
    throw refuse(asKeymoorError(error).code === "password_not_accepted" ? incorrect() : error);
  }
  services.failedAttempts.forgive(...attempt);
  services.access.clear();
  return signedIn;
}

function incorrect(): KeymoorError {
  return new KeymoorError("user_unauthenticated", "Incorrect e-mail address, password or organization id.");
}
