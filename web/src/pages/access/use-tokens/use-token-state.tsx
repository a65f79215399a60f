import { CheckCircledIcon, CircleBackslashIcon, ClockIcon } from "@radix-ui/react-icons";
import type { UseToken } from "../../../../../src/client/use-tokens.ts";
import { Pill } from "../../../ui/pill.tsx";

export type TokenState = "good" | "revoked" | "expired";

export function tokenState({ revoked_at, expires_at }: UseToken, now: Date): TokenState {
  if (revoked_at !== null) return "revoked";
  return new Date(expires_at) <= now ? "expired" : "good";
}

const looks = {
  good: { tone: "good", word: "Holds", icon: CheckCircledIcon },
  revoked: { tone: "idle", word: "Revoked", icon: CircleBackslashIcon },
  expired: { tone: "idle", word: "Expired", icon: ClockIcon },
} as const;

export function TokenStatePill({ state }: { readonly state: TokenState }) {
  const { tone, word, icon: Icon } = looks[state];
  return (
    <Pill tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Pill>
  );
}
