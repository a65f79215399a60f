import { TrashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deleteRoleBinding, type RoleBinding } from "../../../../../src/client/role-bindings.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { roleBindingsQuery } from "../../../api/queries/role-bindings.ts";
import { rolesQuery } from "../../../api/queries/roles.ts";
import { useChange } from "../../../api/use-change.ts";
import { useClient } from "../../../services.ts";
import { useManagement } from "../../../session/use-management.ts";
import { ChoiceFilter } from "../../../ui/choice-filter.tsx";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { MenuItem } from "../../../ui/menu.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { RowMenu } from "../../../ui/row-menu.tsx";
import { AccessFrame } from "../access-frame.tsx";
import { CreateButton } from "../create-button.tsx";
import styles from "../filters.module.css";
import { NothingFound } from "../nothing-found.tsx";
import { PrincipalName } from "../principal-name.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { usePrincipals } from "../use-principals.ts";
import { BoundToText } from "./bound-to-text.tsx";
import { RoleBindingDialog } from "./role-binding-dialog.tsx";
import { RoleCatalogue } from "./role-catalogue.tsx";

type Open = { readonly what: "create" } | { readonly what: "delete"; readonly binding: RoleBinding };

/** Who may do what, where. */
export function RoleBindingsPage() {
  const client = useClient();
  const { data, error, refetch } = useQuery(roleBindingsQuery(client));
  const { data: roles } = useQuery(rolesQuery(client));
  const { search, change } = useAccessSearch();
  const principals = usePrincipals();
  const { ofOrganization, ofEnvironments } = useManagement();
  const mayManage = ofOrganization || ofEnvironments.length > 0;
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const holders = [...new Set(data?.map(holderOf))];
  const found = data?.filter(
    (binding) =>
      (search.owner === undefined || holderOf(binding) === search.owner) &&
      (search.role === undefined || binding.role_name === search.role),
  );
  return (
    <AccessFrame
      title="Roles"
      lead="A binding gives a user or service account a role somewhere. It holds from the next request on."
      actions={
        mayManage && <CreateButton onPress={() => setOpen({ what: "create" })}>Bind a role</CreateButton>
      }
    >
      <div className={styles.bar}>
        <ChoiceFilter
          label="Principal"
          value={search.owner}
          options={holders.map((value) => ({
            value,
            label: principals.find(({ id }) => id === value)?.name ?? value,
          }))}
          onChange={(owner) => change({ owner })}
          onClear={() => change({ owner: undefined })}
        />
        <ChoiceFilter
          label="Role"
          value={search.role}
          options={(roles ?? []).map(({ name }) => ({ value: name, label: name }))}
          onChange={(role) => change({ role })}
          onClear={() => change({ role: undefined })}
        />
      </div>
      <ListTable
        label="Role bindings"
        columns={columns(mayManage, setOpen)}
        items={found}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          data?.length ? (
            <NothingFound what="role binding" onClear={() => change({ owner: undefined, role: undefined })} />
          ) : (
            <EmptyState
              title="You have no role, and see no other's"
              lines={["Ask an administrator for a role, with your id from your account."]}
            />
          )
        }
      />
      <RoleCatalogue />
      {open?.what === "create" && <RoleBindingDialog onClose={close} />}
      {open?.what === "delete" && <DeleteBinding binding={open.binding} onClose={close} />}
    </AccessFrame>
  );
}

function holderOf({ principal }: RoleBinding): string {
  return principal.replace(/^User:/, "");
}

function columns(mayManage: boolean, setOpen: (open: Open) => void): readonly Column<RoleBinding>[] {
  return [
    {
      label: "Principal",
      render: (binding) => (
        <TwoLines
          below={
            <>
              {binding.role_name}, <BoundToText crn={binding.crn_pattern} />
            </>
          }
        >
          <PrincipalName id={holderOf(binding)} />
        </TwoLines>
      ),
    },
    { label: "Role", width: "22%", room: "tablet", render: ({ role_name }) => role_name },
    {
      label: "Bound to",
      width: "26%",
      room: "tablet",
      render: ({ crn_pattern }) => <BoundToText crn={crn_pattern} />,
    },
    {
      label: "Since",
      width: "14%",
      room: "wide",
      render: ({ metadata }) => <RelativeTime at={metadata.created_at} />,
    },
    {
      label: "Actions",
      isMenu: true,
      render: (binding) =>
        mayManage && (
          <RowMenu name={`${binding.role_name} of ${holderOf(binding)}`}>
            <MenuItem
              icon={<TrashIcon aria-hidden />}
              isDanger
              onSelect={() => setOpen({ what: "delete", binding })}
            >
              Take away
            </MenuItem>
          </RowMenu>
        ),
    },
  ];
}

function DeleteBinding({
  binding,
  onClose,
}: {
  readonly binding: RoleBinding;
  readonly onClose: () => void;
}) {
  const deletion = useChange({
    run: (client) => deleteRoleBinding(client, binding.id),
    // It may be one's own.
    stale: [accessKey, ["whoami"]],
    done: () => `${binding.role_name} taken away from ${holderOf(binding)}`,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Take ${binding.role_name} away`}
      description={
        <>
          <PrincipalName id={holderOf(binding)} /> has it for <BoundToText crn={binding.crn_pattern} />. It
          ends with the next request, for every key and session.
        </>
      }
      verb="Take role away"
      change={deletion}
      onClose={onClose}
    />
  );
}
