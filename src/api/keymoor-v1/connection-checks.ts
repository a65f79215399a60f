import { Type } from "@sinclair/typebox";
import { checkUnsaved } from "../../operations/check-unsaved.ts";
import { actOf, run } from "../admission.ts";
import type { App } from "../app.ts";
import { environmentParams, environmentPath } from "../environment-path.ts";
import { goneSignal } from "../gone-signal.ts";
import { parseUnsavedConnection, UnsavedConnection } from "../sql-v1/connection-body.ts";
import { credentialErrors } from "../sql-v1/connections.ts";
import { Check, checkView } from "./check-view.ts";

/** A check before anything is saved. */
export function addConnectionCheckRoute(app: App): void {
  app.post(
    `/keymoor/v1${environmentPath}/connection-checks`,
    {
      config: {
        access: checkUnsaved,
        errors: [
          "contradiction",
          "invalid_name",
          "unknown_connection_type",
          ...credentialErrors,
          "endpoint_invalid",
          "too_many_checks",
        ],
      },
      schema: {
        tags: ["Verification"],
        operationId: "checkUnsavedConnection",
        summary: "Check a connection before it is saved",
        description:
          "Judges the body as a creation does, checks endpoint and credential, and stores nothing. It needs the right to create, and never uses a stored credential. References to files and environment variables are refused. It is audited before anything is dialled.",
        params: Type.Object(environmentParams),
        body: UnsavedConnection,
        response: { 200: Check },
      },
    },
    async (request, reply) => {
      const act = actOf(request);
      const signal = goneSignal(reply);
      const check = await run(request, checkUnsaved, () => ({
        ...parseUnsavedConnection(act, request.body),
        signal,
      }));
      return checkView(check);
    },
  );
}
