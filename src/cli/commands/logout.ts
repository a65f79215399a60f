import { Command } from "commander";
import { CommandFailure } from "../command-failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { storedProfile } from "../profile.ts";
import { type ProfileFile, readProfiles, writeProfiles } from "../profile-file.ts";

/** `keymoor logout`: forgets a profile. The API key itself still holds at the server. */
export function logoutCommand(io: Io): Command {
  return new Command("logout")
    .description("Forget the current profile, or the named one, with its key.")
    .option("--profile <name>", "Profile to forget. (KEYMOOR_PROFILE)")
    .action(async (flags: { readonly profile?: string }) => {
      const file = await readProfiles(io);
      const name = flags.profile || io.env.KEYMOOR_PROFILE || file.current;
      if (name === undefined) {
        throw new CommandFailure("You are not logged in.", { exitCode: exitCodes.notLoggedIn.code });
      }
      await writeProfiles(io, withoutProfile(file, name));
      io.stderr.write(`Forgot profile "${name}". Its API key still holds at the server.\n`);
    });
}

/** The file without a profile, which must be there. */
export function withoutProfile(file: ProfileFile, name: string): ProfileFile {
  storedProfile(file, name);
  const { [name]: _forgotten, ...profiles } = file.profiles;
  const { current } = file;
  return { profiles, ...(current !== undefined && current !== name && { current }) };
}
