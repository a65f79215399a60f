import { timingSafeEqual } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { OneTimeLinkRecord, PrincipalRecord } from "../storage/records.ts";
import type { Services } from "./services.ts";
import { makeLinkToken, parseLinkToken } from "./session-text.ts";
import { invitationMs, signInLinkMs } from "./session-times.ts";

export interface ShownLink {
  readonly record: OneTimeLinkRecord;
  /** The whole link; shown this once. Its token stands behind `#`, so that no server on the way logs it. */
  readonly link: Secret;
}

/** A link of a page of this server that lets a user in once. */
export function makeLink(
  services: Services,
  purpose: OneTimeLinkRecord["purpose"],
  principalId: string,
  createdBy: string,
): ShownLink {
  const nowMs = services.now().getTime();
  const { id, secret, text } = makeLinkToken();
  const page = purpose === "invitation" ? "invite" : "sign-in";
  return {
    record: {
      id,
      principalId,
      purpose,
      mac: services.vault.mac("one_time_link", secret.reveal()),
      createdAt: new Date(nowMs).toISOString(),
      createdBy,
      expiresAt: new Date(nowMs + (purpose === "invitation" ? invitationMs : signInLinkMs)).toISOString(),
    },
    link: new Secret(`${services.settings.publicUrl}/${page}#${text.reveal()}`),
  };
}

/** The link of a token, and whom it lets in. Unknown, used, replaced, expired and for another purpose are one answer. */
export async function findLink(
  services: Services,
  purpose: OneTimeLinkRecord["purpose"],
  token: Secret,
): Promise<{ readonly link: OneTimeLinkRecord; readonly user: PrincipalRecord }> {
  const parsed = parseLinkToken(token);
  const link = parsed === undefined ? undefined : await services.store.read.oneTimeLink(parsed.id);
  const mac = services.vault.mac("one_time_link", parsed?.secret.reveal() ?? "");
  const isRight = timingSafeEqual(mac, link?.mac ?? new Uint8Array(mac.length));
  const isCurrent = link !== undefined && link.expiresAt > services.now().toISOString();
  const user = link === undefined ? undefined : await services.store.read.principal(link.principalId);
  if (link?.purpose === purpose && isRight && isCurrent && user?.disabledAt === null) return { link, user };
  throw new KeymoorError("link_not_valid", "The link has expired, was used already, or was replaced.", {
    hint:
      purpose === "invitation"
        ? "Ask for a new invitation; if you have a password, sign in with it."
        : "Sign in with your password.",
  });
}
