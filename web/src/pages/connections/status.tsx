import {
  CheckCircledIcon,
  ClockIcon,
  CrossCircledIcon,
  ExclamationTriangleIcon,
} from "@radix-ui/react-icons";
import type { ConnectionView } from "../../../../src/client/connections.ts";
import { Pill, type Tone } from "../../ui/pill.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import styles from "./status.module.css";

type Status = ConnectionView["status"];

const phases: Readonly<
  Record<string, { readonly tone: Tone; readonly word: string; readonly icon: typeof ClockIcon }>
> = {
  PENDING: { tone: "idle", word: "Not checked", icon: ClockIcon },
  READY: { tone: "good", word: "Ready", icon: CheckCircledIcon },
  UNREACHABLE: { tone: "warn", word: "Unreachable", icon: ExclamationTriangleIcon },
  INVALID_AUTH: { tone: "bad", word: "Credential refused", icon: CrossCircledIcon },
};

export const phaseOptions = Object.entries(phases).map(([value, { word }]) => ({ value, label: word }));

export function StatusPill({ phase }: { readonly phase: string }) {
  const { tone, word, icon: Icon } = phases[phase] ?? { tone: "idle", word: phase, icon: ClockIcon };
  return (
    <Pill tone={tone} icon={<Icon aria-hidden />}>
      {word}
    </Pill>
  );
}

/** `Unreachable - Lookup failed: ai.openai.com, 3 minutes ago` */
export function StatusSentence({ status }: { readonly status: Status }) {
  const { phase, detail, checked_at } = status;
  return (
    <span className={styles.sentence}>
      <StatusPill phase={phase} />
      <span className={styles.detail} title={detail === "" ? undefined : detail}>
        {detail}
        {checked_at !== null && (
          <>
            {detail !== "" && ", "}
            <RelativeTime at={checked_at} />
          </>
        )}
      </span>
    </span>
  );
}
