import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { useServices, useStore } from "../../services.ts";
import { signOut } from "../../session/session.ts";
import { Button } from "../../ui/button.tsx";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import styles from "./account-page.module.css";

/** Until when one is signed in, and the way out of everything. */
export function SessionSection() {
  const { session } = useServices();
  const state = useStore(session);
  const [isAsking, setIsAsking] = useState(false);
  const leaving = useChange({
    run: (client) => signOut(client, true),
    stale: [],
    onDone: () => session.set({ status: "signed_out", because: "left" }),
  });
  if (state.status !== "signed_in") return null;
  const { expires_at, idle_expires_at } = state.session;
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Sessions</h2>
      <DefinitionList
        rows={[
          { label: "This session ends", value: <RelativeTime at={expires_at} /> },
          { label: "If it is left alone", value: <RelativeTime at={idle_expires_at} /> },
        ]}
      />
      <p className={styles.out}>
        Signing out everywhere ends every session that you have, in browsers and in command lines. API keys
        and use tokens go on.
      </p>
      <Button variant="danger" onClick={() => setIsAsking(true)}>
        Sign out everywhere
      </Button>
      {isAsking && (
        <ConfirmDialog
          title="Sign out everywhere"
          description="Every session of yours ends at once, this one too."
          verb="Sign out everywhere"
          change={leaving}
          onClose={() => setIsAsking(false)}
        />
      )}
    </section>
  );
}
