import { Type } from "@sinclair/typebox";
import { catalogue } from "../../connections/catalogue.ts";
import type { App } from "../app.ts";

const Field = Type.Object(
  {
    key: Type.String({ description: "Option in SQL." }),
    wire_key: Type.String({ description: "Key in `auth_data.data`." }),
    label: Type.String(),
    visibility: Type.String({
      description:
        "`public` is shown to everyone who may list; `identifying` and `secret` are sealed and masked.",
    }),
    required: Type.Boolean(),
    form: Type.String({ description: "`line`, `text`, `url` or `url-or-path`." }),
    values: Type.Optional(Type.Array(Type.String())),
    default: Type.Optional(Type.String()),
    hint: Type.Optional(Type.String()),
    only_with: Type.Optional(
      Type.Object(
        { option: Type.String(), value: Type.String() },
        { description: "Refused unless this option has this value; its default counts." },
      ),
    ),
    directs_secrets: Type.Boolean({
      description: "A change of it needs every secret of the same way to authenticate in the same request.",
    }),
  },
  { title: "ConnectionTypeField" },
);

export const ConnectionType = Type.Unsafe<ReturnType<typeof catalogue>[number]>(
  Type.Object(
    {
      name: Type.String({ description: "As in SQL." }),
      wire_name: Type.String({ description: "As in `spec.connection_type`." }),
      label: Type.String(),
      group: Type.String(),
      summary: Type.String(),
      mark: Type.Optional(Type.String({ description: "Slug of the service's mark at simpleicons.org." })),
      endpoint: Type.Object({ example: Type.String(), schemes: Type.Array(Type.String()) }),
      auth_methods: Type.Array(
        Type.Object({
          name: Type.String(),
          label: Type.String(),
          auth_type: Type.Optional(Type.String()),
          fields: Type.Array(Field),
          may_be_empty: Type.Boolean(),
        }),
      ),
      options: Type.Array(Field),
      call: Type.Object({
        kind: Type.String({ description: "`none`, `endpoint`, `below` or `operations`." }),
        operations: Type.Optional(Type.Array(Type.String())),
        because: Type.Optional(Type.String()),
      }),
      verify: Type.Object(
        {
          kind: Type.String({ description: "`request`, `token`, `mcp`, `login` or `reach`." }),
          request: Type.Optional(Type.String({ description: "Method and path, for example `GET /models`." })),
          is_public: Type.Optional(
            Type.Boolean({ description: "The request is answered without a credential too." }),
          ),
          drivers: Type.Optional(
            Type.Array(Type.String(), { description: "What endpoints begin with whose driver logs in." }),
          ),
        },
        { description: "How a check proves the credential; `reach`: not at all." },
      ),
      client_key_header: Type.Optional(
        Type.String({ description: "Header in which a use token is taken besides `Authorization`." }),
      ),
      terraform: Type.Boolean({
        description: "Confluent's Terraform provider makes it, with the first way to authenticate.",
      }),
      source: Type.String({ description: "The vendor's own page on authentication." }),
    },
    { title: "ConnectionType" },
  ),
);

/** The catalogue from which forms, flags and documents are drawn. */
export function addConnectionTypeRoutes(app: App): void {
  // It never changes while the server runs.
  const types = catalogue();
  app.get(
    "/keymoor/v1/connection-types",
    {
      config: { access: "key" },
      schema: {
        tags: ["Connection types"],
        operationId: "listConnectionTypes",
        summary: "List connection types",
        description: "Every type of service, with its fields, in the order in which people see them.",
        response: { 200: Type.Object({ data: Type.Array(ConnectionType) }, { title: "ConnectionTypeList" }) },
      },
    },
    async () => ({ data: types }),
  );
}
