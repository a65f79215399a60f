import {
  CheckCircledIcon,
  CrossCircledIcon,
  ExclamationTriangleIcon,
  MinusCircledIcon,
} from "@radix-ui/react-icons";
import type { AuditEvent } from "../../../../src/client/audit-events.ts";
import { Pill } from "../../ui/pill.tsx";

const looks = {
  done: { tone: "good", word: "Done", icon: CheckCircledIcon },
  unchanged: { tone: "idle", word: "Unchanged", icon: MinusCircledIcon },
  refused: { tone: "warn", word: "Refused", icon: ExclamationTriangleIcon },
  failed: { tone: "bad", word: "Failed", icon: CrossCircledIcon },
} as const;

export const outcomeOptions = Object.entries(looks).map(([value, { word }]) => ({ value, label: word }));

export function OutcomePill({ outcome }: Pick<AuditEvent, "outcome">) {
  const look = Object.entries(looks).find(([name]) => name === outcome)?.[1];
  if (look === undefined) return <Pill tone="idle">{outcome}</Pill>;
  const { tone, word, icon: Icon } = look;
  return (
    <Pill tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Pill>
  );
}
