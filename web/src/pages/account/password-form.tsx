import { useState } from "react";
import { changePassword } from "../../../../src/client/users.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useChange } from "../../api/use-change.ts";
import { Button } from "../../ui/button.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { SecretField } from "../../ui/secret-field.tsx";
import styles from "./account-page.module.css";

const shortestPassword = 12;

/** The fields are emptied by whatever answer: nothing of them stays on the page. */
export function PasswordForm() {
  const { principal } = useWhoami();
  const [current, setCurrent] = useState("");
  const [next, setNext] = useState("");
  const [isTried, setIsTried] = useState(false);
  const change = useChange({
    run: (client) => changePassword(client, current, next),
    stale: [],
    done: () => "Password changed, and your other sessions ended",
    onDone: () => setIsTried(false),
  });
  const isShort = next.length < shortestPassword;
  const submit = () => {
    setIsTried(true);
    if (current === "" || isShort || change.isPending) return;
    change.mutate(undefined, {
      onSettled: () => {
        setCurrent("");
        setNext("");
        setIsTried(false);
      },
    });
  };
  return (
    <section aria-labelledby="password">
      <h2 id="password">Password</h2>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        {change.error !== null && <ErrorState error={change.error} />}
        {/* Password managers want to know whose password it is. */}
        <input type="email" autoComplete="username" value={principal.email ?? ""} readOnly hidden />
        <SecretField
          label="Current password"
          name="current-password"
          autoComplete="current-password"
          value={current}
          onChange={setCurrent}
          error={isTried && current === "" ? "Enter your current password." : undefined}
        />
        <SecretField
          label="New password"
          name="new-password"
          autoComplete="new-password"
          hint="At least 12 characters. A few words in a row are good ones."
          value={next}
          onChange={setNext}
          error={isTried && isShort ? "A password has at least 12 characters." : undefined}
        />
        <div>
          <Button type="submit" isBusy={change.isPending}>
            Change password
          </Button>
        </div>
      </form>
    </section>
  );
}
