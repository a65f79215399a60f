import {
  CheckCircledIcon,
  CrossCircledIcon,
  DotFilledIcon,
  PauseIcon,
  UpdateIcon,
} from "@radix-ui/react-icons";
import type { ReactNode } from "react";
import { Pill, type Tone } from "../../ui/pill.tsx";

/** How a statement ended, with icon and word. */
export function StatementPhase({ phase }: { readonly phase: string }) {
  const { tone, icon, word } = phases[phase] ?? {
    tone: "idle",
    icon: <DotFilledIcon aria-hidden />,
    word: phase,
  };
  return (
    <Pill tone={tone} icon={icon}>
      {word}
    </Pill>
  );
}

const phases: Readonly<
  Record<string, { readonly tone: Tone; readonly icon: ReactNode; readonly word: string }>
> = {
  COMPLETED: { tone: "good", icon: <CheckCircledIcon aria-hidden />, word: "Completed" },
  FAILED: { tone: "bad", icon: <CrossCircledIcon aria-hidden />, word: "Failed" },
  RUNNING: { tone: "idle", icon: <UpdateIcon aria-hidden />, word: "Running" },
  STOPPED: { tone: "idle", icon: <PauseIcon aria-hidden />, word: "Stopped" },
};
