import { Command } from "commander";
import { addCredentialOptions, readGivenOptions, typeNames } from "../credential-flags.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { addPlaceOptions, openSession, type PlaceFlags } from "../session.ts";
import { wordList } from "../word-list.ts";

interface Flags extends PlaceFlags {
  readonly type: string;
  readonly endpoint: string;
  readonly check?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection create`: asks on a terminal for what is missing, and checks first with `--check`. */
export function connectionCreateCommand(io: Io): Command {
  const command = new Command("create")
    .description("Create a connection.")
    .argument("<name>", "Name of the connection.")
    .requiredOption("--type <type>", `Type: ${wordList(typeNames, "or")}.`)
    .requiredOption("--endpoint <url>", "Where the service answers.")
    .option("--check", "Check it first, and create it only if nothing is found to be wrong.")
    .action(async (name: string, flags: Flags) => {
      const { judgeConnection } = await import("../../connections/judge-connection.ts");
      const { requireConnectionType } = await import("../../connections/connection-type.ts");
      const { connectionBody, createConnection, describeConnection } = await import(
        "../../client/connections.ts"
      );
      const { completeCredential } = await import("../complete-credential.ts");
      const { authData } = await import("../credential-flags.ts");
      const { connectionFields } = await import("../connection-fields.ts");
      const { judgedHere } = await import("../friendly-refusal.ts");

      const session = await openSession(io, flags);
      const type = judgedHere(() => requireConnectionType(flags.type));
      const given = await readGivenOptions(io, command.opts());
      // Nobody should type a secret to hear then that something else is missing.
      const place = await session.place();
      const options = await completeCredential(io, type, given);
      judgedHere(() => judgeConnection({ type: type.name, endpoint: flags.endpoint, options }));

      const { client } = session;
      const body = connectionBody(name, type.name, flags.endpoint, authData(type, options));
      if (flags.check === true) {
        const { judgeUnsaved } = await import("../judge-unsaved.ts");
        await judgeUnsaved(io, client, place, body);
      }
      await withProgress(io, `Creating ${name}`, () =>
        createConnection(client, place, body, { isVerified: flags.check === true }),
      );
      const created = await describeConnection(client, place, name);
      await printObject(io, flags.output, connectionFields(created, place.environmentId));
    });
  return addOutputOption(addPlaceOptions(addCredentialOptions(command)));
}
