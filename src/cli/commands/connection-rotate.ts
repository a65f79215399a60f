import { Command } from "commander";
import { addCredentialOptions, readGivenOptions } from "../credential-flags.ts";
import type { Io } from "../io.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { addPlaceOptions, openSession, type PlaceFlags, type Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends PlaceFlags {
  readonly endpoint?: string;
  readonly check?: boolean;
  readonly compromised?: boolean;
  readonly output: OutputFormat;
}

/** `keymoor connection rotate`: a new credential for a connection. */
export function connectionRotateCommand(io: Io): Command {
  return rotation(
    io,
    new Command("rotate")
      .description("Replace the credential of a connection; calls use the new one from the next one on.")
      .option("--compromised", "Destroy the earlier versions at once, so that nobody can go back to them."),
  );
}

/** `keymoor connection update`: the same under the name it has in Confluent's CLI. */
export function connectionUpdateCommand(io: Io): Command {
  return rotation(
    io,
    new Command("update")
      .description("Replace the credential of a connection, as rotate does.")
      .option("--endpoint <url>", "The endpoint as it is; it never changes."),
  );
}

function rotation(io: Io, command: Command): Command {
  command
    .argument("<name>", "Name of the connection.")
    .option("--check", "Check the new credential first, and take it only if nothing is found to be wrong.")
    .action(async (name: string, flags: Flags) => {
      const session = await openSession(io, flags);
      await rotate(io, session, name, flags, command);
    });
  return addOutputOption(addPlaceOptions(addCredentialOptions(command)));
}

async function rotate(io: Io, session: Session, name: string, flags: Flags, command: Command): Promise<void> {
  const { judgeRotation } = await import("../../connections/judge-connection.ts");
  const { requireConnectionType } = await import("../../connections/connection-type.ts");
  const { connectionBody, describeConnection, rotateConnection } = await import(
    "../../client/connections.ts"
  );
  const { completeCredential } = await import("../complete-credential.ts");
  const { authData, fieldsOf } = await import("../credential-flags.ts");
  const { connectionFields } = await import("../connection-fields.ts");
  const { judgedHere } = await import("../friendly-refusal.ts");

  const { client } = session;
  const place = await session.place();
  const before = await describeConnection(client, place, name);
  if (flags.endpoint !== undefined && flags.endpoint !== before.endpoint) {
    throw new UsageError("The endpoint of a connection never changes.", {
      hint: "Leave --endpoint out, or create another connection.",
    });
  }
  const type = requireConnectionType(before.type);
  const given = await completeCredential(io, type, await readGivenOptions(io, command.opts()));
  const judge = { type, options: before.options, credential: undefined, given, mode: "replace" } as const;
  const { options } = judgedHere(() => judgeRotation(judge));

  const data = authData(type, given);
  const body = connectionBody(name, type.name, before.endpoint, data);
  if (flags.check === true) {
    const { judgeUnsaved } = await import("../judge-unsaved.ts");
    const fields = fieldsOf(type);
    // Public options that are not given again stay, so the check needs them too.
    const kept = Object.entries(options).map(([key, value]) => [fields[key]?.wire ?? key, value]);
    const whole = connectionBody(name, type.name, before.endpoint, { ...Object.fromEntries(kept), ...data });
    await judgeUnsaved(io, client, place, whole);
  }
  await withProgress(io, `Rotating ${name}`, () =>
    rotateConnection(client, place, body, {
      isVerified: flags.check === true,
      isCompromised: flags.compromised === true,
    }),
  );
  const after = await describeConnection(client, place, name);
  await printObject(io, flags.output, connectionFields(after, place.environmentId));
}
