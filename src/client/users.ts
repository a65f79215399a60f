import type { Static } from "@sinclair/typebox";
import type {
  Invitation as InvitationSchema,
  ShownInvitation as ShownInvitationSchema,
} from "../api/control-plane/invitations.ts";
import type { User as UserSchema } from "../api/control-plane/user-object.ts";
import { type Client, pathOf } from "./client.ts";

export type User = Static<typeof UserSchema>;
export type Invitation = Static<typeof InvitationSchema>;
/** With the link, which is shown this once. */
export type ShownInvitation = Static<typeof ShownInvitationSchema>;

const usersPath = "/iam/v2/users";
const invitationsPath = "/iam/v2/invitations";

/** All for those who manage access somewhere; else oneself. */
export function listUsers(client: Client): AsyncGenerator<User, void> {
  return client.items(usersPath);
}

export function renameUser(client: Client, id: string, name: string): Promise<User> {
  return client.request({ method: "PATCH", path: usersPath + pathOf(id), body: { full_name: name } });
}

export function deleteUser(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: usersPath + pathOf(id) });
}

/** A disabled user gets in by nothing. */
export function switchUser(client: Client, id: string, isEnabled: boolean): Promise<User> {
  const verb = isEnabled ? "enable" : "disable";
  return client.request({ method: "POST", path: `/keymoor/v1/users${pathOf(id, verb)}` });
}

/** Somebody who was invited and has not come yet gets a new link in place of the old one. */
export function inviteUser(client: Client, email: string): Promise<ShownInvitation> {
  return client.request({ method: "POST", path: invitationsPath, body: { email } });
}

export function listInvitations(client: Client): AsyncGenerator<Invitation, void> {
  return client.items(invitationsPath);
}

/** Its link lets nobody in any more; the user stays. */
export function withdrawInvitation(client: Client, id: string): Promise<void> {
  return client.request({ method: "DELETE", path: invitationsPath + pathOf(id) });
}

/** One's own. Ends one's other sessions. */
export function changePassword(client: Client, current: string, next: string): Promise<void> {
  return client.request({
    method: "POST",
    path: "/keymoor/v1/password",
    body: { current_password: current, new_password: next },
  });
}
