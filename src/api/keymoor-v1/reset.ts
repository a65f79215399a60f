import { Type } from "@sinclair/typebox";
import { type Reset, resetServer } from "../../operations/reset-server.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { judgeEmptyBody } from "../body.ts";
import { noContent } from "../no-content.ts";

/** For servers that tests are run against (`KEYMOOR_DEV`): other servers have no such path. */
export function addResetRoute(app: App, services: Services, reset: Reset): void {
  app.post(
    "/keymoor/v1/reset",
    {
      config: { access: "key", needsCloudKey: true, errors: ["user_unauthorized", "reset_not_possible"] },
      schema: {
        tags: ["Server"],
        operationId: "resetServer",
        summary: "Forget everything and apply the seed anew",
        description:
          "Only where `KEYMOOR_DEV` is on. Other requests wait meanwhile. The audit trail and the keys that seal stay. Takes OrganizationAdmin and a Cloud API key, or a session.",
        body: Type.Optional(Type.Unknown()),
        response: { 204: noContent("Everything is as the seed says.") },
      },
    },
    async (request, reply) => {
      judgeEmptyBody(request.body);
      await resetServer(services, callerOf(request), originOf(request), reset);
      return reply.code(204).send(undefined);
    },
  );
}
