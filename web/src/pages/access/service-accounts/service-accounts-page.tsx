import { Pencil1Icon, TrashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { deleteServiceAccount, type ServiceAccount } from "../../../../../src/client/service-accounts.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { serviceAccountsQuery } from "../../../api/queries/service-accounts.ts";
import { useChange } from "../../../api/use-change.ts";
import { matches } from "../../../format/matches.ts";
import { useClient } from "../../../services.ts";
import { useManagement } from "../../../session/use-management.ts";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { RowMenu } from "../../../ui/row-menu.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { AccessFrame } from "../access-frame.tsx";
import { CreateButton } from "../create-button.tsx";
import styles from "../filters.module.css";
import { NothingFound } from "../nothing-found.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { ServiceAccountDialog } from "./service-account-dialog.tsx";

type Open =
  | { readonly what: "create" }
  | { readonly what: "edit" | "delete"; readonly account: ServiceAccount };

/** Whoever programs sign in as. */
export function ServiceAccountsPage() {
  const { data, error, refetch } = useQuery(serviceAccountsQuery(useClient()));
  const { search, change } = useAccessSearch();
  const mayManage = useManagement().ofOrganization;
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const found = data?.filter((one) => matches(search.search, one.display_name, one.description, one.id));
  return (
    <AccessFrame
      title="Service accounts"
      lead="Whoever a program signs in as. One may do nothing until a role is bound to it."
      actions={
        mayManage && (
          <CreateButton onPress={() => setOpen({ what: "create" })}>Create service account</CreateButton>
        )
      }
    >
      {data !== undefined && data.length > 0 && (
        <div className={styles.bar}>
          <SearchField
            label="Search service accounts"
            value={search.search ?? ""}
            onChange={(text) => change({ search: text || undefined })}
          />
        </div>
      )}
      <ListTable
        label="Service accounts"
        columns={columns(mayManage, setOpen)}
        items={found}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          data?.length ? (
            <NothingFound what="service account" onClear={() => change({ search: undefined })} />
          ) : (
            <NoServiceAccounts mayManage={mayManage} />
          )
        }
      />
      {open?.what === "create" && <ServiceAccountDialog onClose={close} />}
      {open?.what === "edit" && <ServiceAccountDialog account={open.account} onClose={close} />}
      {open?.what === "delete" && <DeleteServiceAccount account={open.account} onClose={close} />}
    </AccessFrame>
  );
}

function columns(mayManage: boolean, setOpen: (open: Open) => void): readonly Column<ServiceAccount>[] {
  return [
    {
      label: "Name",
      width: "26%",
      render: ({ id, display_name }) => (
        <TwoLines below={<code>{id}</code>}>
          <Link to="/access/roles" search={{ owner: id }} title={`Roles of ${display_name}`}>
            {display_name}
          </Link>
        </TwoLines>
      ),
    },
    { label: "Description", room: "tablet", render: ({ description }) => description },
    { label: "ID", width: "16%", room: "tablet", render: ({ id }) => <code>{id}</code> },
    {
      label: "Created",
      width: "16%",
      room: "wide",
      render: ({ metadata }) => <RelativeTime at={metadata.created_at} />,
    },
    {
      label: "Actions",
      isMenu: true,
      render: (account) =>
        mayManage && (
          <RowMenu name={account.display_name}>
            <MenuItem icon={<Pencil1Icon aria-hidden />} onSelect={() => setOpen({ what: "edit", account })}>
              Edit
            </MenuItem>
            <MenuLine />
            <MenuItem
              icon={<TrashIcon aria-hidden />}
              isDanger
              onSelect={() => setOpen({ what: "delete", account })}
            >
              Delete
            </MenuItem>
          </RowMenu>
        ),
    },
  ];
}

function DeleteServiceAccount({
  account,
  onClose,
}: {
  readonly account: ServiceAccount;
  readonly onClose: () => void;
}) {
  const { id, display_name } = account;
  const deletion = useChange({
    run: (client) => deleteServiceAccount(client, id),
    stale: [accessKey],
    done: () => `Service account ${display_name} deleted`,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Delete ${display_name}`}
      description="Its API keys, role bindings and identity pools are deleted with it, and whatever signs in as it is refused at once. Connections and statements that it made stay."
      verb="Delete service account"
      word={display_name}
      change={deletion}
      onClose={onClose}
    />
  );
}

function NoServiceAccounts({ mayManage }: { readonly mayManage: boolean }) {
  return (
    <EmptyState
      title="No service accounts here yet"
      lines={[
        "A service account is whoever a program signs in as, so that no program depends on a person.",
        mayManage
          ? "Create one, bind a role to it, then create an API key for it. The same on the command line:"
          : "Somebody with the role OrganizationAdmin creates them.",
      ]}
    >
      {mayManage && (
        <CodeBlock
          what="command"
          code={'keymoor service-account create orders --description "writes orders"'}
        />
      )}
    </EmptyState>
  );
}
