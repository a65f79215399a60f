import { Command } from "commander";
import type { Io } from "../io.ts";
import { addOutputOption, addWideOption, type OutputFormat } from "../output/output-format.ts";
import { printList } from "../output/print.ts";
import { addProfileOption, openSession, type PlaceFlags } from "../session.ts";

interface Flags extends PlaceFlags {
  readonly wide?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection types`: what connections there can be. */
export function connectionTypesCommand(io: Io): Command {
  const command = new Command("types")
    .description("List the types of connections and how each may authenticate.")
    .action(async (flags: Flags) => {
      const { listConnectionTypes } = await import("../../client/connection-types.ts");
      const { client } = await openSession(io, flags);
      const rows = (await listConnectionTypes(client)).map(({ name, label, endpoint, auth_methods }) => ({
        type: name,
        label,
        authentication: auth_methods.map((method) => method.name),
        endpoint: endpoint.example,
      }));
      const columns = [
        { key: "type", label: "Type" },
        { key: "label", label: "Label" },
        { key: "authentication", label: "Authentication" },
        { key: "endpoint", label: "Example of an Endpoint" },
      ];
      await printList(io, flags.output, columns, rows, { isSorted: true, isFitted: flags.wide !== true });
    });
  return addWideOption(addOutputOption(addProfileOption(command)));
}
