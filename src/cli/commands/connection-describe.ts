import { Command } from "commander";
import { completedArgument } from "../completion/completed-argument.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly output: OutputFormat;
}

/** `keymoor connection describe`: everything that may be shown of a connection. */
export function connectionDescribeCommand(io: Io): Command {
  const command = new Command("describe")
    .description("Describe a connection.")
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .action(async (name: string, flags: Flags) => {
      const { describeConnection } = await import("../../client/connections.ts");
      const { connectionFields } = await import("../connection-fields.ts");
      const session = await openSession(io, flags);
      const place = await session.place();
      const description = await describeConnection(session.client, place, name);
      await printObject(io, flags.output, connectionFields(description, place.environmentId), {
        isOurs: true,
      });
    });
  return addOutputOption(addPlaceOptions(command));
}
