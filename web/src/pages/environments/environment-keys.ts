import { accessKey } from "../../api/queries/access-key.ts";

/** What a change of an environment makes stale: the lists, the switcher in the rail, and what went with it. */
export const environmentKeys = [["environments"], ["whoami"], accessKey] as const;
