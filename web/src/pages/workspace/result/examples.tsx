import { useQuery } from "@tanstack/react-query";
import { connectionTypesQuery } from "../../../api/queries/connection-types.ts";
import { useClient } from "../../../services.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { sqlText } from "../../connections/snippets/sql-text.ts";
import { useSnippetPlace } from "../../connections/snippets/use-snippet-place.ts";

/** What one can do here, to be put into the editor. */
export function Examples({ onChoose }: { readonly onChoose: (text: string) => void }) {
  const { data: types } = useQuery(connectionTypesQuery(useClient()));
  const place = useSnippetPlace(undefined);
  const [type] = types ?? [];
  const [method] = type?.auth_methods ?? [];
  return (
    <EmptyState
      title="Nothing was run yet"
      lines={[
        "Statements about connections run here, at once. A secret in one is masked as it is sent.",
        "Definitions of tables and models are kept, once the connections that they name are found.",
      ]}
      actions={
        <>
          <Button onClick={() => onChoose("SHOW CONNECTIONS;")}>Show connections</Button>
          {type !== undefined && method !== undefined && (
            <Button
              onClick={() =>
                onChoose(
                  sqlText({
                    ...place,
                    type,
                    method,
                    name: "my_connection",
                    endpoint: type.endpoint.example,
                    options: {},
                  }),
                )
              }
            >
              Create a connection
            </Button>
          )}
        </>
      }
    />
  );
}
