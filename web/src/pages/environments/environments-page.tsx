import { Pencil1Icon, PlusIcon, TrashIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Environment } from "../../../../src/client/environments.ts";
import { environmentsQuery } from "../../api/queries/environments.ts";
import { useClient } from "../../services.ts";
import { type Management, useManagement } from "../../session/use-management.ts";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { type Column, ListTable, TwoLines } from "../../ui/list-table.tsx";
import { MenuItem, MenuLine } from "../../ui/menu.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { RowMenu } from "../../ui/row-menu.tsx";
import { useShortcut } from "../../ui/use-shortcut.ts";
import { DeleteEnvironmentDialog } from "./delete-environment-dialog.tsx";
import { EnvironmentDialog } from "./environment-dialog.tsx";

type Open =
  | { readonly what: "create" }
  | { readonly what: "rename" | "delete"; readonly environment: Environment };

/** The environments in which one has a role. */
export function EnvironmentsPage() {
  const { data, error, refetch } = useQuery(environmentsQuery(useClient()));
  const management = useManagement();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  useShortcut("c", () => {
    if (management.ofOrganization) setOpen({ what: "create" });
  });
  return (
    <Page
      title="Environments"
      crumbs={[]}
      lead="Connections, statements, roles and keys belong to an environment: development, production."
      actions={
        management.ofOrganization && (
          <Button
            variant="primary"
            icon={<PlusIcon aria-hidden />}
            aria-keyshortcuts="c"
            onClick={() => setOpen({ what: "create" })}
          >
            Create environment
          </Button>
        )
      }
    >
      <ListTable
        label="Environments"
        columns={columns(management, setOpen)}
        items={data}
        idOf={({ id }) => id}
        error={error}
        onRetry={refetch}
        empty={
          <EmptyState
            title="You have no role in any environment"
            lines={["Connections belong to environments.", "Ask an administrator for a role in one."]}
          />
        }
      />
      {open?.what === "create" && <EnvironmentDialog onClose={close} />}
      {open?.what === "rename" && <EnvironmentDialog environment={open.environment} onClose={close} />}
      {open?.what === "delete" && <DeleteEnvironmentDialog environment={open.environment} onClose={close} />}
    </Page>
  );
}

function columns(
  { ofOrganization, ofEnvironments }: Management,
  setOpen: (open: Open) => void,
): readonly Column<Environment>[] {
  return [
    {
      label: "Name",
      render: ({ id, display_name }) => (
        <TwoLines below={<code>{id}</code>}>
          <Link to="/environments/$environment/connections" params={{ environment: id }}>
            {display_name}
          </Link>
        </TwoLines>
      ),
    },
    { label: "ID", room: "tablet", render: ({ id }) => <code>{id}</code> },
    {
      label: "Created",
      room: "tablet",
      render: ({ metadata }) => <RelativeTime at={metadata.created_at ?? null} otherwise="" />,
    },
    {
      label: "Actions",
      isMenu: true,
      render: (environment) =>
        (ofOrganization || ofEnvironments.includes(environment.id)) && (
          <RowMenu name={environment.display_name}>
            <MenuItem
              icon={<Pencil1Icon aria-hidden />}
              onSelect={() => setOpen({ what: "rename", environment })}
            >
              Rename
            </MenuItem>
            <MenuLine />
            <MenuItem
              icon={<TrashIcon aria-hidden />}
              isDanger
              onSelect={() => setOpen({ what: "delete", environment })}
            >
              Delete
            </MenuItem>
          </RowMenu>
        ),
    },
  ];
}
