import { PlusIcon } from "@radix-ui/react-icons";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { ButtonLink } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { sqlText } from "../snippets/sql-text.ts";
import { useSnippetPlace } from "../snippets/use-snippet-place.ts";

interface NoConnectionsProps {
  /** The one of the example. */
  readonly type: ConnectionType | undefined;
  readonly mayManage: boolean;
}

/** What a connection is, and the way to the first. */
export function NoConnections({ type, mayManage }: NoConnectionsProps) {
  const { environmentId } = useEnvironmentPlace();
  const place = useSnippetPlace(undefined);
  const [method] = type?.auth_methods ?? [];
  return (
    <EmptyState
      title="No connections here yet"
      lines={[
        "A connection is a service with a name: its endpoint, and a credential that nobody reads again.",
        "SQL, programs and Terraform use the name. The credential stays here and goes on the request alone.",
        mayManage
          ? "Add one here, or run the same as SQL:"
          : "Somebody with the role FlinkAdmin, EnvironmentAdmin or OrganizationAdmin adds one.",
      ]}
      actions={
        mayManage && (
          <ButtonLink
            variant="primary"
            icon={<PlusIcon aria-hidden />}
            to="/environments/$environment/connections/new"
            params={{ environment: environmentId }}
          >
            Add connection
          </ButtonLink>
        )
      }
    >
      {mayManage && type !== undefined && method !== undefined && (
        <CodeBlock
          what="SQL"
          code={sqlText({
            ...place,
            type,
            method,
            name: "my_connection",
            endpoint: type.endpoint.example,
            options: {},
          })}
        />
      )}
    </EmptyState>
  );
}
