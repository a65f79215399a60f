import { type Static, Type } from "@sinclair/typebox";

/** The file that manages a connection, as it marks it. */
export const managedBy = Type.String({
  pattern: "^file:[A-Za-z0-9_./ -]{1,200}$",
  description: "The file that manages the connection, `file:NAME`; it is shown with the connection.",
  examples: ["file:connections.yaml"],
});

export const comment = Type.String({
  maxLength: 2000, // a query has to fit into what Node takes as a request's head
  description: "What it is for; shown with the connection.",
});

/** Ours, beside Confluent's contract: how a connection is saved. */
export const savingQuery = {
  if: Type.Optional(
    Type.Literal("verified", {
      description:
        "Checks the connection first and saves it only if nothing was found to be wrong; otherwise 422, and nothing changes.",
    }),
  ),
  managed_by: Type.Optional(managedBy),
};

/** What a creation can say besides. */
export const creationQuery = {
  ...savingQuery,
  comment: Type.Optional(comment),
  replace: Type.Boolean({
    default: false,
    description: "Whether a connection of this name is dropped first, in the same transaction.",
  }),
};

const SavingQuery = Type.Object(savingQuery);

export function savingOptions(query: Static<typeof SavingQuery>, gone: AbortSignal) {
  return {
    ...(query.if === undefined ? {} : { verified: { signal: gone } }),
    ...(query.managed_by === undefined ? {} : { managedBy: query.managed_by }),
  };
}
