import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import { deleteNamed } from "../delete-named.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, isAgreed, mayGoOn } from "../may-go-on.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { tellDependants } from "../tell-dependants.ts";

type Flags = PlaceFlags & ConsentFlags;

/** `keymoor connection delete`: asks first, telling what stands on them, and deletes nothing when one of the names is wrong. */
export function connectionDeleteCommand(io: Io): Command {
  const command = new Command("delete")
    .description("Delete connections with every version of their credentials.")
    .addArgument(completedArgument("<names...>", "Names of the connections.", "connection"))
    .action(async (names: readonly string[], flags: Flags) => {
      const { deleteConnection, getConnection } = await import("../../client/connections.ts");
      const session = await openSession(io, flags);
      const place = await session.place();
      await deleteNamed(io, {
        names,
        kind: "connection",
        listCommand: "keymoor connection list",
        doneText: "Deleted",
        isExact: false,
        ask: async (question) => {
          if (!isAgreed(flags)) await tellDependants(io, session.client, place, names);
          return await mayGoOn(io, flags, question);
        },
        read: (name) => getConnection(session.client, place, name),
        remove: (name) => deleteConnection(session.client, place, name),
      });
    });
  return addPlaceOptions(addConsentOptions(command));
}
