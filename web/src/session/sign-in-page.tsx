import { useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { useServices, useStore } from "../services.ts";
import { Button } from "../ui/button.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { TextField } from "../ui/field.tsx";
import { SecretField } from "../ui/secret-field.tsx";
import { Entrance, EntranceFoot, EntranceNote } from "./entrance.tsx";
import { signIn, signInByLink } from "./session.ts";
import { useEntry } from "./use-entry.ts";

export function SignInPage() {
  const { return: goTo = "/" } = useSearch({ from: "/sign-in" });
  const { takeLinkToken } = useServices();
  const [linkToken] = useState(takeLinkToken);
  if (linkToken !== undefined) return <SignInByLink token={linkToken} goTo={goTo} />;
  return <SignInForm goTo={goTo} />;
}

function SignInForm({ goTo }: { readonly goTo: string }) {
  const state = useStore(useServices().session);
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const [isTried, setIsTried] = useState(false);
  const entry = useEntry((client, _input: undefined) => signIn(client, email, password), goTo);
  const submit = () => {
    setIsTried(true);
    if (email === "" || password === "" || entry.isPending) return;
    entry.mutate(undefined, { onError: () => setPassword("") });
  };
  const isExpired = state.status === "signed_out" && state.because === "expired";
  return (
    <Entrance title="Sign in to Keymoor" onSubmit={submit}>
      {isExpired && <EntranceNote>Your session has ended. Sign in to go on where you were.</EntranceNote>}
      {entry.isError && <ErrorState error={entry.error} />}
      <TextField
        label="Email"
        name="email"
        type="email"
        autoComplete="username"
        autoFocus
        value={email}
        onChange={({ target }) => setEmail(target.value)}
        error={isTried && email === "" ? "Enter your email address." : undefined}
      />
      <SecretField
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={setPassword}
        error={isTried && password === "" && !entry.isError ? "Enter your password." : undefined}
      />
      <Button type="submit" variant="primary" isBusy={entry.isPending}>
        Sign in
      </Button>
      <EntranceFoot>
        Forgotten? Whoever runs this server sets a new password with <code>keymoor admin reset-password</code>
        .
      </EntranceFoot>
    </Entrance>
  );
}

function SignInByLink({ token, goTo }: { readonly token: string; readonly goTo: string }) {
  const entry = useEntry((client, _input: undefined) => signInByLink(client, token), goTo);
  const [hasFailed, setHasFailed] = useState(false);
  // A link works once: the second of two effects would be refused.
  const isSent = useRef(false);
  useEffect(() => {
    if (isSent.current) return;
    isSent.current = true;
    entry.mutate(undefined);
  }, [entry.mutate]);
  if (hasFailed) return <SignInForm goTo={goTo} />;
  return (
    <Entrance title="Signing you in" onSubmit={() => setHasFailed(true)}>
      {entry.isError ? (
        <>
          <ErrorState error={entry.error} />
          <Button type="submit" variant="primary">
            Sign in with a password
          </Button>
        </>
      ) : (
        <p role="status">The link is being checked.</p>
      )}
    </Entrance>
  );
}
