import { Command } from "commander";
import type { ConnectionDescription } from "../../client/connections.ts";
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
  readonly comment?: string;
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
    .option("--comment <text>", "What it is for; shown with the connection.")
    .option("--check", "Check it first, and create it only if nothing is found to be wrong.")
    .action(async (name: string, flags: Flags) => {
      const { judgeConnection } = await import("../../connections/judge-connection.ts");
      const { requireConnectionType } = await import("../../connections/connection-type.ts");
      const { connectionBody, createConnection } = await import("../../client/connections.ts");
      const { describeSettled } = await import("../describe-settled.ts");
      const { completeCredential } = await import("../complete-credential.ts");
      const { authData } = await import("../credential-flags.ts");
      const { connectionFields } = await import("../connection-fields.ts");
      const { judgeFlags } = await import("../judge-flags.ts");

      const session = await openSession(io, flags);
      const type = judgeFlags(() => requireConnectionType(flags.type));
      const given = await readGivenOptions(io, command.opts());
      // Nobody should type a secret to hear then that something else is missing.
      const place = await session.place();
      const options = await completeCredential(io, type, given);
      judgeFlags(() => judgeConnection({ type: type.name, endpoint: flags.endpoint, options }));

      const { client } = session;
      const body = connectionBody(name, type.name, flags.endpoint, authData(type, options));
      const { comment } = flags;
      let created: ConnectionDescription;
      if (flags.check === true) {
        const { saveChecked } = await import("../save-checked.ts");
        created = await saveChecked(io, client, place, name, () =>
          createConnection(client, place, body, { comment, isVerified: true }),
        );
      } else {
        await withProgress(io, `Creating ${name}`, () => createConnection(client, place, body, { comment }));
        created = await describeSettled(io, client, place, name);
      }
      await printObject(io, flags.output, connectionFields(created, place.environmentId), { isOurs: true });
    });
  return addOutputOption(addPlaceOptions(addCredentialOptions(command)));
}
