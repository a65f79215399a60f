import type { Caller } from "../access/caller.ts";
import { KeymoorError } from "../errors.ts";

/** For what people and those who manage connections do; a program that calls through some has no use for it. */
export function refuseUseToken(caller: Caller): void {
  if (caller.via !== "use_token") return;
  throw new KeymoorError("user_unauthorized", "A use token can only call through its connections.", {
    hint: "Use an API key for this.",
  });
}
