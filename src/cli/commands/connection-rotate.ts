import { Command } from "commander";
import type { ConnectionDescription } from "../../client/connections.ts";
import { requiredKeys } from "../../connections/accepted-options.ts";
import type { AuthMethod, ConnectionType, Credential } from "../../connections/define.ts";
import { Secret } from "../../secret.ts";
import { completedArgument } from "../completion/completed-argument.ts";
import { addCredentialOptions, readGivenOptions } from "../credential-flags.ts";
import type { Io } from "../io.ts";
import { addConsentOptions, type ConsentFlags, mayGoOn } from "../may-go-on.ts";
import { addOutputOption, type OutputFormat } from "../output/output-format.ts";
import { printObject } from "../output/print.ts";
import { withProgress } from "../progress.ts";
import { addPlaceOptions, openSession, type PlaceFlags, type Session } from "../session.ts";
import { UsageError } from "../usage-error.ts";

interface Flags extends PlaceFlags, ConsentFlags {
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
      .description(
        "Change the credential of a connection; calls use the new one from the next one on. Fields that are not given stay.",
      )
      .option("--compromised", "Destroy the earlier versions at once, so that nobody can go back to them."),
  );
}

/** `keymoor connection update`: the same under the name it has in Confluent's CLI. */
export function connectionUpdateCommand(io: Io): Command {
  return rotation(
    io,
    new Command("update")
      .description("Change the credential of a connection, as rotate does.")
      .option("--endpoint <url>", "The endpoint as it is; it never changes."),
  );
}

function rotation(io: Io, command: Command): Command {
  command
    .addArgument(completedArgument("<name>", "Name of the connection.", "connection"))
    .option("--check", "Check the new credential first, and take it only if nothing is found to be wrong.")
    .action(async (name: string, flags: Flags) => {
      const session = await openSession(io, flags);
      await rotate(io, session, name, flags, command);
    });
  return addOutputOption(addPlaceOptions(addConsentOptions(addCredentialOptions(command))));
}

async function rotate(io: Io, session: Session, name: string, flags: Flags, command: Command): Promise<void> {
  const { judgeRotation } = await import("../../connections/judge-connection.ts");
  const { requireConnectionType } = await import("../../connections/connection-type.ts");
  const { connectionBody, describeConnection, rotateConnection } = await import(
    "../../client/connections.ts"
  );
  const { describeSettled } = await import("../describe-settled.ts");
  const { completeCredential } = await import("../complete-credential.ts");
  const { authData, methodOf } = await import("../credential-flags.ts");
  const { connectionFields } = await import("../connection-fields.ts");
  const { judgeFlags } = await import("../judge-flags.ts");

  const { client } = session;
  const place = await session.place();
  const before = await describeConnection(client, place, name);
  if (flags.endpoint !== undefined && flags.endpoint !== before.endpoint) {
    throw new UsageError("The endpoint of a connection never changes.", {
      hint: "Leave --endpoint out, or create another connection.",
    });
  }
  const type = requireConnectionType(before.type);
  const read = await readGivenOptions(io, command.opts());
  const other = methodOf(type, read);
  const isAnother = other !== undefined && other.name !== before.authentication;
  if (isAnother && !(await mayChangeWay(io, flags, before, other))) return;
  // What is not given stays, so that nobody has to be asked for it; with nothing given or another way there is none of it.
  const given = read.size === 0 || isAnother ? await completeCredential(io, type, read) : read;
  const { credential } = judgeFlags(() =>
    judgeRotation({
      type,
      options: before.options,
      credential: storedCredential(type, before),
      given,
      mode: given.size === 0 ? "replace" : "merge",
    }),
  );
  const method = type.auth.find((one) => one.name === credential.method);
  const isChosen = !isAnother && method !== undefined && method.name !== before.authentication;
  if (isChosen && !(await mayChangeWay(io, flags, before, method))) return;

  const body = connectionBody(name, type.name, before.endpoint, authData(type, given));
  const isVerified = flags.check === true;
  const save = () =>
    rotateConnection(client, place, body, {
      isMerge: true,
      isVerified,
      isCompromised: flags.compromised === true,
    });
  let after: ConnectionDescription;
  if (isVerified) {
    const { saveChecked } = await import("../save-checked.ts");
    after = await saveChecked(io, client, place, name, save);
  } else {
    await withProgress(io, `Rotating ${name}`, save);
    after = await describeSettled(io, client, place, name);
  }
  await printObject(io, flags.output, connectionFields(after, place.environmentId), { isOurs: true });
}

/** Nobody loses a user name to a mistyped flag without being told. */
async function mayChangeWay(
  io: Io,
  flags: Flags,
  { name, authentication }: ConnectionDescription,
  method: AuthMethod,
): Promise<boolean> {
  io.stderr.write(
    `Connection "${name}" is to authenticate by ${method.name} in place of ${authentication}.\n`,
  );
  return await mayGoOn(io, flags, "Nothing of its credential stays. Go on?");
}

/** Stands in for what only the server knows, so that the rules can be asked what it would say. */
function storedCredential(
  type: ConnectionType,
  { authentication }: ConnectionDescription,
): Credential | undefined {
  const method = type.auth.find(({ name }) => name === authentication);
  if (method === undefined) return undefined;
  const keys = requiredKeys(method).filter((key) => method.fields[key]?.public !== true);
  return { method: method.name, values: Object.fromEntries(keys.map((key) => [key, new Secret("stored")])) };
}
