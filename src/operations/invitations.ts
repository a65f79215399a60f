import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";
import type { Secret } from "../secret.ts";
import { newUser } from "../storage/new-records.ts";
import type { OneTimeLinkRecord, PrincipalRecord } from "../storage/records.ts";
import type { Page, Step } from "../storage/store.ts";
import { changeControl, organizationOf } from "./control-act.ts";
import { countedRead } from "./counted-read.ts";
import { makeId } from "./make-id.ts";
import { needOrganizationAdmin } from "./need-right.ts";
import { makeLink } from "./one-time-link.ts";
import type { PageRequest } from "./page-within.ts";
import type { Origin, Services } from "./services.ts";

export interface Invitation {
  readonly record: OneTimeLinkRecord;
  readonly user: PrincipalRecord;
  readonly status: "sent" | "accepted" | "expired";
}

/**
 * Makes a user without a password, and the link by which he chooses one. Nothing is sent: whoever invites hands the link over.
 * Somebody who was invited and has not come yet gets a new link in place of the old one.
 */
export function inviteUser(
  services: Services,
  caller: Caller,
  origin: Origin,
  email: () => string,
): Promise<Invitation & { readonly link: Secret }> {
  return changeControl(services, caller, origin, "invitation.create", async (act) => {
    needOrganizationAdmin(caller, act.organizationId, "Inviting a user");
    const address = email();
    const known = await services.store.read.userByEmail(address);
    if (known !== undefined && (known.passwordHash !== null || known.disabledAt !== null)) {
      throw new KeymoorError("resource_already_exists", "A user with this e-mail address already exists.", {
        hint: known.disabledAt === null ? "He signs in with his password." : "Enable him again.",
        pointer: "/email",
      });
    }
    const user = known ?? newUser({ id: makeId("u"), name: address, email: address }, act.at);
    const { record, link } = makeLink(services, "invitation", user.id, caller.principal);
    const makeUser: Step[] = known === undefined ? [{ do: "insert_principal", record: user }] : [];
    await services.store.write([
      ...makeUser,
      { do: "insert_one_time_link", record },
      act.audit({ kind: "invitation", id: record.id }),
    ]);
    return { record, user, status: "sent", link };
  });
}

export function listInvitations(
  services: Services,
  caller: Caller,
  origin: Origin,
  page: () => PageRequest,
): Promise<Page<Invitation>> {
  return countedRead(services, caller, origin, "invitation.list", async () => {
    needOrganizationAdmin(caller, await organizationOf(services), "Listing invitations");
    const { after, limit } = page();
    const { items, ...rest } = await services.store.read.invitationPage(after, limit);
    return { ...rest, items: await Promise.all(items.map((record) => invitationOf(services, record))) };
  });
}

export function describeInvitation(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<Invitation> {
  return countedRead(services, caller, origin, "invitation.describe", () => find(services, caller, id));
}

/** Its link lets nobody in any more. The user stays as he is: he can be invited again, or deleted. */
export function deleteInvitation(
  services: Services,
  caller: Caller,
  origin: Origin,
  id: string,
): Promise<void> {
  return changeControl(services, caller, origin, "invitation.delete", async (act) => {
    await find(services, caller, id);
    await services.store.write([{ do: "delete_invitation", id }, act.audit({ kind: "invitation", id })]);
  });
}

async function find(services: Services, caller: Caller, id: string): Promise<Invitation> {
  needOrganizationAdmin(caller, await organizationOf(services), "Seeing invitations");
  const record = await services.store.read.oneTimeLink(id);
  if (record?.purpose === "invitation") return await invitationOf(services, record);
  throw new KeymoorError("invitation_not_found", "There is no such invitation.");
}

async function invitationOf(services: Services, record: OneTimeLinkRecord): Promise<Invitation> {
  const user = await services.store.read.principal(record.principalId);
  // Links go with their user, but between two reads.
  if (user === undefined) throw new KeymoorError("invitation_not_found", "There is no such invitation.");
  const isOver = record.expiresAt <= services.now().toISOString();
  const status = record.usedAt !== null ? "accepted" : isOver ? "expired" : "sent";
  return { record, user, status };
}
