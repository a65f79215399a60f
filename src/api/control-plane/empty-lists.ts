import { Type } from "@sinclair/typebox";
import { listNothing } from "../../operations/list-nothing.ts";
import type { Services } from "../../operations/services.ts";
import type { App } from "../app.ts";
import { ListMetadata, pageQuery } from "../list-page.ts";
import { answerPage, emptyPage } from "./answer-page.ts";

/** What official clients ask for on their way to something else, and what Keymoor has none of (contract/cli.md 3.2). */
const lists = [
  {
    path: "/iam/v2/identity-providers",
    version: "iam/v2",
    kind: "IdentityProviderList",
    what: "identity providers",
    action: "identity_provider.list",
  },
  {
    path: "/iam/v2/sso/group-mappings",
    version: "iam/v2.sso",
    kind: "GroupMappingList",
    what: "group mappings",
    action: "group_mapping.list",
  },
  {
    path: "/networking/v1/networks",
    version: "networking/v1",
    kind: "NetworkList",
    what: "networks",
    action: "network.list",
  },
  {
    path: "/networking/v1/private-link-attachments",
    version: "networking/v1",
    kind: "PrivateLinkAttachmentList",
    what: "private link attachments",
    action: "private_link_attachment.list",
  },
] as const;

export function addEmptyListRoutes(app: App, services: Services): void {
  for (const list of lists) addEmptyListRoute(app, services, list);
}

function addEmptyListRoute(
  app: App,
  services: Services,
  { path, version, kind, what, action }: (typeof lists)[number],
) {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_page_token", "invalid_request"] },
      schema: {
        tags: ["Control plane"],
        operationId: `list${kind.replace(/List$/, "")}s`,
        summary: `List ${what}`,
        description: "There are none: clients ask for them on their way to something else.",
        // Filters of a list without items filter nothing.
        querystring: Type.Object(pageQuery),
        response: {
          200: Type.Object(
            {
              api_version: Type.Literal<string>(version),
              kind: Type.Literal<string>(kind),
              metadata: ListMetadata,
              data: Type.Array(Type.Never()),
            },
            { title: kind },
          ),
        },
      },
    },
    async (request) => {
      const { metadata } = await answerPage(services, request, {
        path,
        read: async (caller, origin, page) => {
          await listNothing(services, caller, origin, action);
          page();
          return emptyPage;
        },
      });
      return { api_version: version, kind, metadata, data: [] };
    },
  );
}
