import { randomBytes, randomUUID } from "node:crypto";
import { Command } from "commander";
import { Secret } from "../../secret.ts";
import type { judgePassword } from "../../secrets/judge-password.ts";
import type { PrincipalRecord } from "../../storage/records.ts";
import { CommandFailure } from "../command-failure.ts";
import type { Io } from "../io.ts";
import { printLine } from "../output/print.ts";
import { canPrompt, promptSecret } from "../prompt-secret.ts";
import { readSecret } from "../read-secret.ts";
import { UsageError } from "../usage-error.ts";
import { addDataOptions, dataSettings } from "./admin-settings.ts";

interface Flags {
  readonly passwordFile?: string;
  readonly generate?: true;
}

const mostNames = 20;

/** `keymoor admin reset-password USER`: a new password, set in the data folder while no server serves from it. */
export function resetPasswordCommand(io: Io): Command {
  const command = new Command("reset-password")
    .description("Set a new password for a user, in a data folder of this machine; stop its server first.")
    .argument("<user>", "Id or e-mail address of the user.")
    .option("--password-file <path>", "File that has the new password; - is standard input.")
    .option("--generate", "Invent a password and print it, once.")
    .action(async (name: string, flags: Flags) => {
      const { folder, masterKey } = dataSettings(io, command);
      const { openLocalVault } = await import("../../secrets/key-ring.ts");
      const { judgePassword } = await import("../../secrets/judge-password.ts");
      const { createPasswords } = await import("../../secrets/password.ts");
      const { changeSqliteOffline } = await import("../../storage/sqlite-offline.ts");
      const options = {
        folder,
        unlock: (rows: Parameters<typeof openLocalVault>[1], isNew: boolean) =>
          openLocalVault(masterKey, rows, isNew),
      };
      let done: { readonly id: string; readonly password: Secret } | undefined;
      await changeSqliteOffline(options, async (read) => {
        const user = findUser(await read.principals(), name);
        const password = await newPassword(io, flags, user, judgePassword);
        const [organization] = await read.organizations();
        done = { id: user.id, password };
        return [
          {
            do: "set_password",
            principalId: user.id,
            passwordHash: await createPasswords().hash(password),
          },
          { do: "delete_sessions", principalId: user.id },
          {
            do: "append_audit",
            event: {
              id: randomUUID(),
              at: new Date().toISOString(),
              action: "user.reset_password",
              outcome: "done",
              code: null,
              principal: "keymoor:admin",
              credential: null,
              address: null,
              requestId: null,
              organizationId: organization?.id ?? null,
              environmentId: null,
              cloud: null,
              region: null,
              resourceKind: "user",
              resourceName: user.id,
              count: 1,
            },
          },
        ];
      });
      if (done === undefined) return;
      io.stderr.write(`The password of ${done.id} was set.\n`);
      if (flags.generate) printLine(io, done.password.reveal());
    });
  return addDataOptions(command);
}

function findUser(principals: readonly PrincipalRecord[], name: string): PrincipalRecord {
  const users = principals.filter(({ kind }) => kind === "user");
  const wanted = name.toLowerCase();
  const found = users.filter(({ id, email }) => id === name || email?.toLowerCase() === wanted);
  const [user, another] = found;
  if (user !== undefined && another === undefined) return user;
  const known = (user === undefined ? users : found).map(({ id, email }) => (email ? `${id} ${email}` : id));
  const more = known.length > mostNames ? [`and ${known.length - mostNames} more`] : [];
  throw new CommandFailure(
    user === undefined
      ? "No user has this id or e-mail address."
      : "Several users have this e-mail address; give an id.",
    { hint: ["Users:", ...known.slice(0, mostNames), ...more].join("\n") },
  );
}

async function newPassword(
  io: Io,
  flags: Flags,
  { id, email }: PrincipalRecord,
  judge: typeof judgePassword,
): Promise<Secret> {
  const judged = (password: Secret): Secret => {
    judge(password, email);
    return password;
  };
  if (flags.generate) {
    if (flags.passwordFile !== undefined)
      throw new UsageError("--generate and --password-file are both given.", { hint: "Give one of them." });
    return new Secret(randomBytes(18).toString("base64url"));
  }
  const given = await readSecret(io, { flag: "password", file: flags.passwordFile });
  if (given !== undefined) return judged(given);
  if (!canPrompt(io)) {
    throw new UsageError("There is no terminal to ask for the new password.", {
      hint: "Give --password-file PATH, --password-file - for standard input, or --generate.",
    });
  }
  const password = judged(await promptSecret(io, `New password of ${id}`));
  const again = await promptSecret(io, "The same once more");
  if (again.reveal() !== password.reveal()) throw new CommandFailure("The two passwords differ.");
  return password;
}
