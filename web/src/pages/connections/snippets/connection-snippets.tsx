import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import type { ConnectionView } from "../../../../../src/client/connections.ts";
import { Snippets } from "./snippets.tsx";
import { useSnippetPlace } from "./use-snippet-place.ts";

interface ConnectionSnippetsProps {
  readonly connection: ConnectionView;
  readonly type: ConnectionType;
}

/** A connection that exists, as what makes it again. */
export function ConnectionSnippets({ connection, type }: ConnectionSnippetsProps) {
  const place = useSnippetPlace(connection);
  const method =
    type.auth_methods.find(({ name }) => name === connection.authentication) ?? type.auth_methods[0];
  if (method === undefined) return null;
  const { name, endpoint, options } = connection;
  return <Snippets input={{ ...place, type, method, name, endpoint, options }} />;
}
