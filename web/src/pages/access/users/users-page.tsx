import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Invitation, ShownInvitation, User } from "../../../../../src/client/users.ts";
import { invitationsQuery } from "../../../api/queries/invitations.ts";
import { usersQuery } from "../../../api/queries/users.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { matches } from "../../../format/matches.ts";
import { useClient } from "../../../services.ts";
import { useManagement } from "../../../session/use-management.ts";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { ShownOnceDialog } from "../../../ui/shown-once-dialog.tsx";
import { AccessFrame } from "../access-frame.tsx";
import { CreateButton } from "../create-button.tsx";
import styles from "../filters.module.css";
import { NothingFound } from "../nothing-found.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { InviteDialog } from "./invite-dialog.tsx";
import { UserMenu } from "./user-menu.tsx";
import { UserState } from "./user-state.tsx";

/** People: who there is, who was invited, and who is kept out. */
export function UsersPage() {
  const client = useClient();
  const { data, error, refetch } = useQuery(usersQuery(client));
  const mayManage = useManagement().ofOrganization;
  const { data: invitations = [] } = useQuery({ ...invitationsQuery(client), enabled: mayManage });
  const { search, change } = useAccessSearch();
  const { principal } = useWhoami();
  const [isInviting, setIsInviting] = useState(false);
  const [shown, setShown] = useState<ShownInvitation>();
  const found = data?.filter((one) => matches(search.search, one.full_name, one.email, one.id));
  return (
    <AccessFrame
      title="Users"
      lead="People, who sign in with a password. They come by invitation."
      actions={mayManage && <CreateButton onPress={() => setIsInviting(true)}>Invite a user</CreateButton>}
    >
      {data !== undefined && data.length > 1 && (
        <div className={styles.bar}>
          <SearchField
            label="Search users"
            value={search.search ?? ""}
            onChange={(text) => change({ search: text || undefined })}
          />
        </div>
      )}
      <ListTable
        label="Users"
        columns={columns({ me: principal.id, mayManage, invitations, onShown: setShown })}
        items={found}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={<NothingFound what="user" onClear={() => change({ search: undefined })} />}
      />
      {isInviting && (
        <InviteDialog
          onClose={() => setIsInviting(false)}
          onMade={(made) => {
            setIsInviting(false);
            setShown(made);
          }}
        />
      )}
      {shown !== undefined && (
        <ShownOnceDialog
          title={`${shown.email} is invited`}
          warning="Nothing is sent by mail: hand this link over on a way that you trust. It is shown this once, works once, and ends in seven days."
          values={[{ label: "Link", value: shown.link, what: "link" }]}
          onClose={() => setShown(undefined)}
        >
          <p>
            A new user may do nothing yet.{" "}
            <Link to="/access/roles" search={{ owner: shown.user.id }} onClick={() => setShown(undefined)}>
              Bind a role
            </Link>{" "}
            to <code>{shown.user.id}</code>, before or after he comes.
          </p>
        </ShownOnceDialog>
      )}
    </AccessFrame>
  );
}

interface ColumnsInput {
  /** Id of who is signed in. */
  readonly me: string;
  readonly mayManage: boolean;
  readonly invitations: readonly Invitation[];
  readonly onShown: (shown: ShownInvitation) => void;
}

function columns({ me, mayManage, invitations, onShown }: ColumnsInput): readonly Column<User>[] {
  const invitationOf = ({ id }: User) =>
    invitations.find((one) => one.user.id === id && one.status !== "INVITE_STATUS_ACCEPTED");
  return [
    {
      label: "Name",
      render: ({ id, full_name, email }) => (
        <TwoLines below={email}>
          <Link to="/access/roles" search={{ owner: id }} title={`Roles of ${full_name || email}`}>
            {full_name || email}
          </Link>
          {id === me && " (you)"}
        </TwoLines>
      ),
    },
    { label: "Email", room: "tablet", render: ({ email }) => email },
    {
      label: "State",
      render: (user) => <UserState user={user} invitation={invitationOf(user)} />,
    },
    { label: "ID", width: "14%", room: "wide", render: ({ id }) => <code>{id}</code> },
    {
      label: "Created",
      width: "13%",
      room: "wide",
      render: ({ metadata }) => <RelativeTime at={metadata.created_at} />,
    },
    {
      label: "Actions",
      isMenu: true,
      // Nobody disables or deletes himself.
      render: (user) =>
        mayManage &&
        user.id !== me && <UserMenu user={user} invitation={invitationOf(user)} onShown={onShown} />,
    },
  ];
}
