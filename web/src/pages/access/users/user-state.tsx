import { CheckCircledIcon, CircleBackslashIcon, ClockIcon } from "@radix-ui/react-icons";
import type { Invitation, User } from "../../../../../src/client/users.ts";
import { Pill } from "../../../ui/pill.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import styles from "./user-state.module.css";

interface UserStateProps {
  readonly user: User;
  /** The last one, if one may see it. */
  readonly invitation: Invitation | undefined;
}

/** Whether he gets in, and if not yet, until when his link works. */
export function UserState({ user, invitation }: UserStateProps) {
  switch (user.state) {
    case "ACTIVE":
      return (
        <Pill tone="good" icon={<CheckCircledIcon aria-hidden />}>
          Active
        </Pill>
      );
    case "DISABLED":
      return (
        <Pill tone="bad" icon={<CircleBackslashIcon aria-hidden />}>
          Disabled
        </Pill>
      );
    case "NO_PASSWORD":
      return (
        <span className={styles.state}>
          <Pill tone="warn" icon={<ClockIcon aria-hidden />}>
            {invitation === undefined ? "No password" : "Invited"}
          </Pill>
          {invitation?.status === "INVITE_STATUS_SENT" && (
            <span>
              link ends <RelativeTime at={invitation.expires_at} />
            </span>
          )}
          {invitation?.status === "INVITE_STATUS_EXPIRED" && <span>link has expired</span>}
        </span>
      );
  }
}
