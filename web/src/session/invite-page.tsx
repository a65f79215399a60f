import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useServices } from "../services.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { TextField } from "../ui/field.tsx";
import { SecretField } from "../ui/secret-field.tsx";
import { Entrance, EntranceFoot } from "./entrance.tsx";
import { acceptInvitation } from "./session.ts";
import { useEntry } from "./use-entry.ts";

const shortestPassword = 12;

export function InvitePage() {
  const { takeLinkToken } = useServices();
  const [token] = useState(takeLinkToken);
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setIsTried] = useState(false);
  const entry = useEntry(
    (client, invitation: string) =>
      acceptInvitation(client, { token: invitation, password, ...(name !== "" && { name }) }),
    "/",
  );
  if (token === undefined) {
    return (
      <Entrance
        title="This link is not complete"
        lead="An invitation's link is long and works once. Open it from the message that you got, or ask for a new one."
        onSubmit={() => undefined}
      >
        <EntranceFoot>
          Already have a password? <Link to="/sign-in">Sign in</Link>
        </EntranceFoot>
      </Entrance>
    );
  }
  const submit = () => {
    setIsTried(true);
    if (password.length < shortestPassword || entry.isPending) return;
    entry.mutate(token);
  };
  return (
    <Entrance
      title="Choose your password"
      lead="You have been invited to Keymoor. The link works once."
      onSubmit={submit}
    >
      {entry.isError && <ErrorState error={entry.error} />}
      <TextField
        label="Your name"
        name="name"
        autoComplete="name"
        aside="Optional"
        value={name}
        onChange={({ target }) => setName(target.value)}
      />
      <SecretField
        label="Password"
        name="password"
        autoComplete="new-password"
        hint="At least 12 characters. A few words in a row are good ones."
        value={password}
        onChange={setPassword}
        error={
          isTried && password.length < shortestPassword ? "A password has at least 12 characters." : undefined
        }
      />
      <Button type="submit" variant="primary" isBusy={entry.isPending}>
        Set password and sign in
      </Button>
    </Entrance>
  );
}
