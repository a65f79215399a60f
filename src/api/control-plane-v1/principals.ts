import { Type } from "@sinclair/typebox";
import { listServiceAccounts } from "../../operations/service-accounts.ts";
import type { Services } from "../../operations/services.ts";
import { listUsers } from "../../operations/users.ts";
import { callerOf, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { V1User, v1User } from "./v1-objects.ts";

/** These lists have no pages; what is beyond stands in `/iam/v2`. */
const mostPrincipals = 1000;

const lists = [
  {
    path: "/api/users",
    tags: ["Users"],
    operationId: "listV1Users",
    summary: "List users, as official clients do",
    description: `Without pages: the first ${mostPrincipals}. You alone, unless you manage access somewhere.`,
    list: listUsers,
  },
  {
    path: "/api/service_accounts",
    tags: ["Access"],
    operationId: "listV1ServiceAccounts",
    summary: "List service accounts, as official clients do",
    description: `Without pages: the first ${mostPrincipals}. You alone, if you are one, unless you manage access somewhere.`,
    list: listServiceAccounts,
  },
] as const;

/** Whom API keys belong to, for clients that show names beside ids (contract/cli.md 3.1). */
export function addV1PrincipalRoutes(app: App, services: Services): void {
  for (const { path, list, ...texts } of lists) {
    app.get(
      path,
      {
        config: { access: "key", errors: ["user_unauthorized"] },
        schema: {
          ...texts,
          response: { 200: Type.Object({ users: Type.Array(V1User) }, { title: "V1UserList" }) },
        },
      },
      async (request) => {
        const page = () => ({ after: undefined, limit: mostPrincipals });
        const { items } = await list(services, callerOf(request), originOf(request), page);
        return { users: items.map(v1User) };
      },
    );
  }
}
