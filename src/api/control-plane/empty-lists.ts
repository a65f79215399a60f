import { Type } from "@sinclair/typebox";
import { listNothing } from "../../operations/list-nothing.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { pageScope } from "./control-plane-object.ts";

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
      config: { access: "key", errors: ["user_unauthorized", "invalid_request"] },
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
      const caller = callerOf(request);
      await listNothing(services, caller, originOf(request), action);
      judgeRequest(request);
      return {
        api_version: version,
        kind,
        metadata: listMetadata(services, {
          url: services.settings.publicUrl + path,
          pageSize: request.query.page_size,
          token: undefined,
          filter: {},
          scope: pageScope(what, caller),
          next: undefined,
          totalSize: 0,
        }),
        data: [],
      };
    },
  );
}
