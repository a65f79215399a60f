import { Type } from "@sinclair/typebox";
import { rotateMasterKey } from "../../operations/rotate-master-key.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, originOf } from "../admission.ts";
import type { App } from "../app.ts";

const Rotated = Type.Object(
  {
    key_id: Type.String({ description: "Of the key that seals now." }),
    previous_key_id: Type.String({
      description: "Of the key that opens nothing any more, unless `old_copies_remain`.",
    }),
    credentials: Type.Integer({ description: "Credential versions that were sealed anew." }),
    unopened: Type.Integer({
      description:
        "Credential versions that did not open before either, because something was changed in the database; the log names them.",
    }),
    old_copies_remain: Type.Boolean({
      description:
        "Another program reads the database as it was before, so its log still holds copies under the previous key. They are removed, and that key with them, within a minute of that program's end or at the next start.",
    }),
    seconds: Type.Number(),
  },
  { title: "RotatedMasterKey" },
);

/** What concerns the key that seals all others. */
export function addMasterKeyRoutes(app: App, services: Services): void {
  app.post(
    "/keymoor/v1/master-key/rotate",
    {
      config: {
        access: "key",
        needsCloudKey: true,
        errors: ["user_unauthorized", "master_key_not_rotatable", "master_key_being_rotated"],
      },
      schema: {
        tags: ["Server"],
        operationId: "rotateMasterKey",
        summary: "Rotate the master key",
        description:
          "Puts a new key into the key file and seals every data key under it while the server goes on. The answer comes when the key before opens nothing any more; or after half a minute more, with `old_copies_remain`, when another program keeps the server from removing what it opens. Takes OrganizationAdmin and a Cloud API key. Backups made before still need the key before.",
        response: { 200: Rotated },
      },
    },
    async (request) => {
      const rotated = await rotateMasterKey(services, callerOf(request), originOf(request));
      return {
        key_id: rotated.keyId,
        previous_key_id: rotated.previousKeyId,
        credentials: rotated.credentials,
        unopened: rotated.unopened,
        old_copies_remain: rotated.oldCopiesRemain,
        seconds: rotated.seconds,
      };
    },
  );
}
