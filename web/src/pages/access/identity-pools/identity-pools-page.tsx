import {
  CheckCircledIcon,
  ClockIcon,
  ExclamationTriangleIcon,
  Pencil1Icon,
  TrashIcon,
} from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deleteIdentityPool, type IdentityPool } from "../../../../../src/client/identity-pools.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { identityPoolsQuery } from "../../../api/queries/identity-pools.ts";
import { useChange } from "../../../api/use-change.ts";
import { matches } from "../../../format/matches.ts";
import { useClient } from "../../../services.ts";
import { useManagement } from "../../../session/use-management.ts";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { Pill } from "../../../ui/pill.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { RowMenu } from "../../../ui/row-menu.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { AccessFrame } from "../access-frame.tsx";
import { CreateButton } from "../create-button.tsx";
import styles from "../filters.module.css";
import { NothingFound } from "../nothing-found.tsx";
import { PrincipalName } from "../principal-name.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { IdentityPoolDialog } from "./identity-pool-dialog.tsx";

type Open = { readonly what: "create" } | { readonly what: "edit" | "delete"; readonly pool: IdentityPool };

/** Which tokens of which issuer act as which service account. */
export function IdentityPoolsPage() {
  const mayManage = useManagement().ofOrganization;
  const { data, error, refetch } = useQuery({ ...identityPoolsQuery(useClient()), enabled: mayManage });
  const { search, change } = useAccessSearch();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const found = data?.filter((one) =>
    matches(search.search, one.name, one.id, one.issuer, one.service_account),
  );
  return (
    <AccessFrame
      title="Identity pools"
      lead="Tokens that a pod or a CI job has already, taken instead of an API key."
      actions={
        mayManage && (
          <CreateButton onPress={() => setOpen({ what: "create" })}>Create identity pool</CreateButton>
        )
      }
    >
      {!mayManage && (
        <EmptyState
          title="You may not see identity pools"
          lines={["They take the role OrganizationAdmin, because they belong to no environment."]}
        />
      )}
      {mayManage && (
        <>
          {data !== undefined && data.length > 0 && (
            <div className={styles.bar}>
              <SearchField
                label="Search identity pools"
                value={search.search ?? ""}
                onChange={(text) => change({ search: text || undefined })}
              />
            </div>
          )}
          <ListTable
            label="Identity pools"
            columns={columns(setOpen)}
            items={found}
            idOf={({ id }) => id}
            error={error}
            onRetry={refetch}
            empty={
              data?.length ? (
                <NothingFound what="identity pool" onClear={() => change({ search: undefined })} />
              ) : (
                <EmptyState
                  title="No identity pools here yet"
                  lines={[
                    "A Kubernetes pod and a CI job have a signed token already, which says who they are.",
                    "A pool says which of them act as which service account: no key to make, store or rotate.",
                    "Name claims that only your own jobs have.",
                  ]}
                />
              )
            }
          />
        </>
      )}
      {open?.what === "create" && <IdentityPoolDialog onClose={close} />}
      {open?.what === "edit" && <IdentityPoolDialog pool={open.pool} onClose={close} />}
      {open?.what === "delete" && <DeletePool pool={open.pool} onClose={close} />}
    </AccessFrame>
  );
}

function columns(setOpen: (open: Open) => void): readonly Column<IdentityPool>[] {
  return [
    {
      label: "Name",
      width: "20%",
      render: ({ id, name, description, issuer }) => (
        <TwoLines below={issuer}>
          <span title={description === "" ? id : `${id}: ${description}`}>{name}</span>
        </TwoLines>
      ),
    },
    {
      label: "Issuer",
      room: "tablet",
      render: ({ issuer }) => <code title={issuer}>{issuer}</code>,
    },
    {
      label: "Acts as",
      width: "20%",
      room: "wide",
      render: ({ service_account }) => <PrincipalName id={service_account} />,
    },
    { label: "Issuer's keys", render: ({ keys }) => <KeysState keys={keys} /> },
    {
      label: "Actions",
      isMenu: true,
      render: (pool) => (
        <RowMenu name={pool.name}>
          <MenuItem icon={<Pencil1Icon aria-hidden />} onSelect={() => setOpen({ what: "edit", pool })}>
            Edit
          </MenuItem>
          <MenuLine />
          <MenuItem
            icon={<TrashIcon aria-hidden />}
            isDanger
            onSelect={() => setOpen({ what: "delete", pool })}
          >
            Delete
          </MenuItem>
        </RowMenu>
      ),
    },
  ];
}

/** They are fetched with the first token. */
function KeysState({ keys: { fetched_at, problem } }: Pick<IdentityPool, "keys">) {
  if (problem !== "") {
    return (
      <span title={problem}>
        <Pill tone="bad" icon={<ExclamationTriangleIcon aria-hidden />}>
          Not fetched
        </Pill>{" "}
        {problem}
      </span>
    );
  }
  if (fetched_at === null) {
    return (
      <Pill tone="idle" icon={<ClockIcon aria-hidden />}>
        No token yet
      </Pill>
    );
  }
  return (
    <span>
      <Pill tone="good" icon={<CheckCircledIcon aria-hidden />}>
        Fetched
      </Pill>{" "}
      <RelativeTime at={fetched_at} />
    </span>
  );
}

function DeletePool({ pool, onClose }: { readonly pool: IdentityPool; readonly onClose: () => void }) {
  const deletion = useChange({
    run: (client) => deleteIdentityPool(client, pool.id),
    stale: [accessKey],
    done: () => `Identity pool ${pool.name} deleted`,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Delete ${pool.name}`}
      description="Tokens that fit it alone are refused from the next request on. The service account stays."
      verb="Delete identity pool"
      word={pool.name}
      change={deletion}
      onClose={onClose}
    />
  );
}
