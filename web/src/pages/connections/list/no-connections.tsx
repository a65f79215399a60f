import { PlusIcon } from "@radix-ui/react-icons";
import { useEnvironmentPlace } from "../../../shell/use-environment-place.ts";
import { ButtonLink } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";

const example = `CREATE CONNECTION my_service WITH (
  'type' = 'rest',
  'endpoint' = 'https://api.example.com',
  'token' = 'your-token'
);`;

/** What a connection is, and the way to the first. */
export function NoConnections({ mayManage }: { readonly mayManage: boolean }) {
  const { environmentId } = useEnvironmentPlace();
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
      {mayManage && <CodeBlock what="SQL" code={example} />}
    </EmptyState>
  );
}
