import { CommandFailure } from "./command-failure.ts";
import type { Io } from "./io.ts";
import { resolveProfile, storedProfile } from "./profile.ts";
import { readProfiles, type StoredProfile, writeProfiles } from "./profile-file.ts";

/** Keeps where commands work in the profile that they work with. */
export async function keepPlace(
  io: Io,
  profile: string | undefined,
  place: Pick<StoredProfile, "environment" | "cloud" | "region">,
): Promise<void> {
  const { name } = await resolveProfile(io, profile);
  if (name === undefined) {
    throw new CommandFailure(
      "There is no profile to keep this in: KEYMOOR_URL and KEYMOOR_API_KEY say where to work.",
      {
        hint: "`keymoor login` makes a profile. Without one, give --environment, --cloud and --region.",
      },
    );
  }
  const file = await readProfiles(io);
  const changed = { ...storedProfile(file, name), ...place };
  await writeProfiles(io, { ...file, profiles: { ...file.profiles, [name]: changed } });
}
