import { CheckCircledIcon, CircleBackslashIcon, Link2Icon, TrashIcon } from "@radix-ui/react-icons";
import { useState } from "react";
import {
  deleteUser,
  type Invitation,
  inviteUser,
  type ShownInvitation,
  switchUser,
  type User,
  withdrawInvitation,
} from "../../../../../src/client/users.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useChange } from "../../../api/use-change.ts";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { RowMenu } from "../../../ui/row-menu.tsx";

interface UserMenuProps {
  readonly user: User;
  readonly invitation: Invitation | undefined;
  readonly onShown: (shown: ShownInvitation) => void;
}

export function UserMenu({ user, invitation, onShown }: UserMenuProps) {
  const name = user.full_name || user.email;
  const [asked, setAsked] = useState<"disable" | "delete" | "withdraw">();
  const close = () => setAsked(undefined);
  const stale = [accessKey];
  const link = useChange({
    run: (client) => inviteUser(client, user.email),
    stale,
    onDone: onShown,
    isToasted: true,
  });
  const enabling = useChange({
    run: (client) => switchUser(client, user.id, true),
    stale,
    done: () => `${name} enabled`,
    isToasted: true,
  });
  const disabling = useChange({
    run: (client) => switchUser(client, user.id, false),
    stale,
    done: () => `${name} disabled`,
    onDone: close,
  });
  const withdrawing = useChange({
    run: (client) => withdrawInvitation(client, invitation?.id ?? ""),
    stale,
    done: () => `Invitation of ${name} withdrawn`,
    onDone: close,
  });
  const deletion = useChange({
    run: (client) => deleteUser(client, user.id),
    stale,
    done: () => `${name} deleted`,
    onDone: close,
  });
  return (
    <>
      <RowMenu name={name}>
        {user.state === "NO_PASSWORD" && (
          <MenuItem icon={<Link2Icon aria-hidden />} onSelect={() => link.mutate()}>
            New invitation link
          </MenuItem>
        )}
        {invitation?.status === "INVITE_STATUS_SENT" && (
          <MenuItem icon={<CircleBackslashIcon aria-hidden />} onSelect={() => setAsked("withdraw")}>
            Withdraw invitation
          </MenuItem>
        )}
        {user.state === "DISABLED" ? (
          <MenuItem icon={<CheckCircledIcon aria-hidden />} onSelect={() => enabling.mutate()}>
            Enable
          </MenuItem>
        ) : (
          <MenuItem icon={<CircleBackslashIcon aria-hidden />} onSelect={() => setAsked("disable")}>
            Disable
          </MenuItem>
        )}
        <MenuLine />
        <MenuItem icon={<TrashIcon aria-hidden />} isDanger onSelect={() => setAsked("delete")}>
          Delete
        </MenuItem>
      </RowMenu>
      {asked === "disable" && (
        <ConfirmDialog
          title={`Disable ${name}`}
          description="Keys, sessions and use tokens of this user stop at once. Enabling makes keys and use tokens hold again."
          verb="Disable user"
          change={disabling}
          onClose={close}
        />
      )}
      {asked === "withdraw" && (
        <ConfirmDialog
          title={`Withdraw the invitation of ${name}`}
          description="Its link lets nobody in any more. The user stays, to be invited again or deleted."
          verb="Withdraw invitation"
          change={withdrawing}
          onClose={close}
        />
      )}
      {asked === "delete" && (
        <ConfirmDialog
          title={`Delete ${name}`}
          description="Keys, role bindings and sessions of this user are deleted. Connections and statements that the user made stay."
          verb="Delete user"
          word={user.email}
          change={deletion}
          onClose={close}
        />
      )}
    </>
  );
}
