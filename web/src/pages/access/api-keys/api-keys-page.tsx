import { Pencil1Icon, TrashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { type ApiKey, deleteApiKey, type ShownApiKey } from "../../../../../src/client/api-keys.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { apiKeysQuery } from "../../../api/queries/api-keys.ts";
import { useChange } from "../../../api/use-change.ts";
import { matches } from "../../../format/matches.ts";
import { useClient } from "../../../services.ts";
import { ChoiceFilter } from "../../../ui/choice-filter.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { MenuItem, MenuLine } from "../../../ui/menu.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { RowMenu } from "../../../ui/row-menu.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { ShownOnceDialog } from "../../../ui/shown-once-dialog.tsx";
import { AccessFrame } from "../access-frame.tsx";
import { CreateButton } from "../create-button.tsx";
import styles from "../filters.module.css";
import { NothingFound } from "../nothing-found.tsx";
import { PrincipalName } from "../principal-name.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { usePrincipals } from "../use-principals.ts";
import { ApiKeyDialog } from "./api-key-dialog.tsx";
import { KeyPlaceText } from "./key-place-text.tsx";
import { RenameKeyDialog } from "./rename-key-dialog.tsx";

type Open =
  | { readonly what: "create" }
  | { readonly what: "shown"; readonly shown: ShownApiKey }
  | { readonly what: "rename" | "delete"; readonly apiKey: ApiKey };

/** One's own keys, and those that one manages. */
export function ApiKeysPage() {
  const { data, error, refetch } = useQuery(apiKeysQuery(useClient()));
  const { search, change } = useAccessSearch();
  const principals = usePrincipals();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const owners = [...new Set(data?.map(({ spec }) => spec.owner.id))];
  const nameOf = (id: string) => principals.find((one) => one.id === id)?.name ?? id;
  const found = data?.filter(
    ({ id, spec }) =>
      (search.owner === undefined || spec.owner.id === search.owner) &&
      matches(search.search, id, spec.display_name, spec.description, spec.owner.id, nameOf(spec.owner.id)),
  );
  return (
    <AccessFrame
      title="API keys"
      lead="An id and a secret with which a program signs in. It may do what its owner may do at that moment."
      actions={<CreateButton onPress={() => setOpen({ what: "create" })}>Create API key</CreateButton>}
    >
      {data !== undefined && data.length > 0 && (
        <div className={styles.bar}>
          <SearchField
            label="Search API keys"
            value={search.search ?? ""}
            onChange={(text) => change({ search: text || undefined })}
          />
          <ChoiceFilter
            label="Owner"
            value={search.owner}
            options={owners.map((value) => ({ value, label: nameOf(value) }))}
            onChange={(owner) => change({ owner })}
            onClear={() => change({ owner: undefined })}
          />
        </div>
      )}
      <ListTable
        label="API keys"
        columns={columns(setOpen)}
        items={found}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          data?.length ? (
            <NothingFound what="API key" onClear={() => change({ search: undefined, owner: undefined })} />
          ) : (
            <NoApiKeys />
          )
        }
      />
      {open?.what === "create" && (
        <ApiKeyDialog onClose={close} onMade={(shown) => setOpen({ what: "shown", shown })} />
      )}
      {open?.what === "shown" && <ShownKey shown={open.shown} onClose={close} />}
      {open?.what === "rename" && <RenameKeyDialog apiKey={open.apiKey} onClose={close} />}
      {open?.what === "delete" && <DeleteApiKey apiKey={open.apiKey} onClose={close} />}
    </AccessFrame>
  );
}

function columns(setOpen: (open: Open) => void): readonly Column<ApiKey>[] {
  return [
    {
      label: "Key",
      width: "24%",
      render: ({ id, spec }) => (
        <TwoLines below={<PrincipalName id={spec.owner.id} />}>
          <code>{id}</code>
        </TwoLines>
      ),
    },
    {
      label: "Name",
      room: "wide",
      render: ({ spec }) => <span title={spec.description || undefined}>{spec.display_name}</span>,
    },
    { label: "Owner", room: "tablet", render: ({ spec }) => <PrincipalName id={spec.owner.id} /> },
    { label: "Holds in", render: ({ spec }) => <KeyPlaceText spec={spec} /> },
    {
      label: "Created",
      width: "14%",
      room: "wide",
      render: ({ metadata }) => <RelativeTime at={metadata.created_at} />,
    },
    {
      label: "Actions",
      isMenu: true,
      render: (apiKey) => (
        <RowMenu name={apiKey.id}>
          <MenuItem icon={<Pencil1Icon aria-hidden />} onSelect={() => setOpen({ what: "rename", apiKey })}>
            Rename
          </MenuItem>
          <MenuLine />
          <MenuItem
            icon={<TrashIcon aria-hidden />}
            isDanger
            onSelect={() => setOpen({ what: "delete", apiKey })}
          >
            Delete
          </MenuItem>
        </RowMenu>
      ),
    },
  ];
}

function ShownKey({ shown, onClose }: { readonly shown: ShownApiKey; readonly onClose: () => void }) {
  return (
    <ShownOnceDialog
      title="API key created"
      warning="The secret is shown this once: Keymoor keeps only a hash of it. Copy it to where the program reads it."
      values={[
        { label: "Key", value: shown.id, what: "key" },
        { label: "Secret", value: shown.spec.secret, what: "secret" },
      ]}
      onClose={onClose}
    />
  );
}

function DeleteApiKey({ apiKey, onClose }: { readonly apiKey: ApiKey; readonly onClose: () => void }) {
  const deletion = useChange({
    run: (client) => deleteApiKey(client, apiKey.id),
    stale: [accessKey],
    done: () => `API key ${apiKey.id} deleted`,
    onDone: onClose,
  });
  const named = apiKey.spec.display_name === "" ? "" : ` (${apiKey.spec.display_name})`;
  return (
    <ConfirmDialog
      title={`Delete ${apiKey.id}${named}`}
      description="Whatever signs in with it is refused from its next request on."
      verb="Delete API key"
      word={apiKey.id}
      change={deletion}
      onClose={onClose}
    />
  );
}

function NoApiKeys() {
  return (
    <EmptyState
      title="No API keys here yet"
      lines={[
        "A Cloud key holds wherever its owner has a role, a Flink key in one region of one environment.",
        "Its secret is shown once, when it is made. The same on the command line:",
      ]}
    >
      <CodeBlock what="command" code="keymoor api-key create > my.key" />
    </EmptyState>
  );
}
