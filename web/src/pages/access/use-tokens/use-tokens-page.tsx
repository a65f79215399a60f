import { CircleBackslashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { revokeUseToken, type ShownUseToken, type UseToken } from "../../../../../src/client/use-tokens.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useTokensQuery } from "../../../api/queries/use-tokens.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useChange } from "../../../api/use-change.ts";
import { matches } from "../../../format/matches.ts";
import { useClient } from "../../../services.ts";
import { useCurrentEnvironment } from "../../../shell/use-current-environment.ts";
import { ChoiceFilter } from "../../../ui/choice-filter.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { ConfirmDialog } from "../../../ui/confirm-dialog.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../../ui/list-table.tsx";
import { MenuItem } from "../../../ui/menu.tsx";
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
import { UseTokenDialog } from "./use-token-dialog.tsx";
import { TokenStatePill, tokenState } from "./use-token-state.tsx";

/** Tokens for programs that call through connections and may do nothing else, of one environment. */
export function UseTokensPage() {
  const { environments } = useWhoami();
  const { search } = useAccessSearch();
  const current = useCurrentEnvironment();
  const environment = environments.find(({ id }) => id === search.environment) ?? current;
  if (environment !== undefined) return <TokensOf environmentId={environment.id} />;
  return (
    <AccessFrame title="Use tokens" lead={lead}>
      <EmptyState
        title="You have no role in any environment"
        lines={[
          "A use token calls through connections of one environment.",
          "Ask an administrator for a role in one.",
        ]}
      />
    </AccessFrame>
  );
}

const lead = "A program calls through the connections that its token names, and may do nothing else.";

type Open =
  | { readonly what: "create" }
  | { readonly what: "shown"; readonly shown: ShownUseToken }
  | { readonly what: "revoke"; readonly token: UseToken };

function TokensOf({ environmentId }: { readonly environmentId: string }) {
  const { environments, organization } = useWhoami();
  const place = { organizationId: organization.id, environmentId };
  const { data, error, refetch } = useQuery(useTokensQuery(useClient(), place));
  const { search, change } = useAccessSearch();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const mayCall =
    environments.find(({ id }) => id === environmentId)?.rights.includes("connection:call") === true;
  const found = data?.filter(({ id, name, connections }) => matches(search.search, id, name, ...connections));
  return (
    <AccessFrame
      title="Use tokens"
      lead={lead}
      actions={
        mayCall && <CreateButton onPress={() => setOpen({ what: "create" })}>Create use token</CreateButton>
      }
    >
      <div className={styles.bar}>
        {data !== undefined && data.length > 0 && (
          <SearchField
            label="Search use tokens"
            value={search.search ?? ""}
            onChange={(text) => change({ search: text || undefined })}
          />
        )}
        <ChoiceFilter
          label="Environment"
          value={environmentId}
          options={environments.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(environment) => change({ environment })}
        />
      </div>
      <ListTable
        label="Use tokens"
        columns={columns(setOpen)}
        items={found}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          data?.length ? (
            <NothingFound what="use token" onClear={() => change({ search: undefined })} />
          ) : (
            <NoUseTokens mayCall={mayCall} />
          )
        }
      />
      {open?.what === "create" && (
        <UseTokenDialog place={place} onClose={close} onMade={(shown) => setOpen({ what: "shown", shown })} />
      )}
      {open?.what === "shown" && <ShownToken shown={open.shown} onClose={close} />}
      {open?.what === "revoke" && <RevokeToken place={place} token={open.token} onClose={close} />}
    </AccessFrame>
  );
}

function columns(setOpen: (open: Open) => void): readonly Column<UseToken>[] {
  return [
    {
      label: "Name",
      width: "18%",
      render: (token) => (
        <TwoLines below={token.connections.join(", ")}>
          <span title={token.id}>{token.name}</span>
        </TwoLines>
      ),
    },
    {
      label: "Connections",
      room: "tablet",
      render: ({ connections, cloud, region }) => (
        <span title={`${connections.join(", ")} in ${cloud} ${region}`}>{connections.join(", ")}</span>
      ),
    },
    {
      label: "State",
      width: "112px",
      render: (token) => <TokenStatePill state={tokenState(token, new Date())} />,
    },
    {
      label: "Expires",
      width: "12%",
      room: "wide",
      render: ({ expires_at }) => <RelativeTime at={expires_at} />,
    },
    {
      label: "Last used",
      width: "13%",
      room: "tablet",
      render: ({ last_used_at }) => <RelativeTime at={last_used_at} />,
    },
    {
      label: "Made by",
      width: "18%",
      room: "wide",
      render: ({ created_by }) => <PrincipalName id={created_by} />,
    },
    {
      label: "Actions",
      isMenu: true,
      render: (token) =>
        token.revoked_at === null && (
          <RowMenu name={token.name}>
            <MenuItem
              icon={<CircleBackslashIcon aria-hidden />}
              isDanger
              onSelect={() => setOpen({ what: "revoke", token })}
            >
              Revoke
            </MenuItem>
          </RowMenu>
        ),
    },
  ];
}

function ShownToken({ shown, onClose }: { readonly shown: ShownUseToken; readonly onClose: () => void }) {
  return (
    <ShownOnceDialog
      title="Use token created"
      warning="The token is shown this once: Keymoor keeps only a hash of it. Copy it to where the program reads it."
      values={[
        { label: "Use token", value: shown.token, what: "use token" },
        { label: "Base URL", value: shown.call_url, what: "base URL" },
      ]}
      onClose={onClose}
    >
      <p>
        In the service's own SDK the base URL takes the place of the service's address, and the use token that
        of its API key.
      </p>
    </ShownOnceDialog>
  );
}

interface RevokeTokenProps {
  readonly place: { readonly organizationId: string; readonly environmentId: string };
  readonly token: UseToken;
  readonly onClose: () => void;
}

function RevokeToken({ place, token, onClose }: RevokeTokenProps) {
  const revoking = useChange({
    run: (client) => revokeUseToken(client, place, token.id),
    stale: [accessKey],
    done: () => `Use token ${token.name} revoked`,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Revoke ${token.name}`}
      description={
        <>
          Whatever calls with it is refused from its next call on. It was last used:{" "}
          <RelativeTime at={token.last_used_at} otherwise="never" />. It stays in the list as revoked.
        </>
      }
      verb="Revoke use token"
      change={revoking}
      onClose={onClose}
    />
  );
}

function NoUseTokens({ mayCall }: { readonly mayCall: boolean }) {
  return (
    <EmptyState
      title="No use tokens here yet"
      lines={[
        "A program shows its use token where a service's own SDK sends its API key, and never sees the credential.",
        mayCall
          ? "A token holds for the connections that it names, until it expires or is revoked. On the command line:"
          : "It takes a role with which one may call through connections to create one.",
      ]}
    >
      {mayCall && (
        <CodeBlock what="command" code="keymoor token create --name my-program --connection my_connection" />
      )}
    </EmptyState>
  );
}
