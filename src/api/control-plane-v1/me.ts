import { Type } from "@sinclair/typebox";
import { describeMe } from "../../operations/describe-me.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf } from "../admission.ts";
import type { App } from "../app.ts";
import { V1Organization, V1User, v1Organization, v1User } from "./v1-objects.ts";

const Me = Type.Object(
  {
    user: V1User,
    organization: V1Organization,
    accounts: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
      description: "Environments you have a role in, in order of id. Clients begin in the first one.",
    }),
  },
  { title: "Me" },
);

/** The first question of official clients after they signed in (contract/cli.md 3.1). */
export function addMeRoute(app: App, services: Services): void {
  app.get(
    "/api/me",
    {
      config: { access: "key", errors: ["user_unauthorized"] },
      schema: {
        tags: ["Sign-in"],
        operationId: "getMe",
        summary: "Ask who one is, as official clients do",
        response: { 200: Me },
      },
    },
    async (request) => {
      const { principal, organization, environments } = await describeMe(services, callerOf(request));
      return {
        user: v1User(principal),
        organization: v1Organization(organization),
        accounts: environments.map(({ id, name }) => ({ id, name })),
      };
    },
  );
}
