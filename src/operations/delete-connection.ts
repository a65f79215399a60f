import { KeymoorError } from "../errors.ts";
import type { Step } from "../storage/store.ts";
import { connectionNotFound } from "./find-connection.ts";
import { forgetCredential } from "./forget-credential.ts";
import type { Operation } from "./operation.ts";

export interface DeleteConnection {
  readonly name: string;
  /** A missing one is no error. */
  readonly ifExists: boolean;
  readonly alongside: (deleted: boolean) => readonly Step[];
}

/** Destroys the connection and every version of its credential. */
export const deleteConnection: Operation<DeleteConnection, { readonly deleted: boolean }> = {
  name: "connection.delete",
  right: "connection:manage",
  kind: "change",
  about: ({ name }) => ({ kind: "connection", name }),
  run: async (act, input) => {
    const { services } = act;
    const resource = { kind: "connection", name: input.name } as const;
    const existing = await services.store.read.connection(act.place, input.name);
    if (existing !== undefined) {
      try {
        await services.store.write([
          { do: "delete_connection", uid: existing.uid },
          act.audit(resource),
          ...input.alongside(true),
        ]);
        forgetCredential(services, existing.uid);
        return { deleted: true };
      } catch (error) {
        // Someone else dropped it first: then it is as if it had been missing from the start.
        if (!(error instanceof KeymoorError) || error.code !== "connection_not_found") throw error;
      }
    }
    if (!input.ifExists) throw connectionNotFound(act, input.name);
    await services.store.write([act.audit(resource, "unchanged"), ...input.alongside(false)]);
    return { deleted: false };
  },
};
