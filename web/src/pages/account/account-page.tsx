import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { renameUser } from "../../../../src/client/users.ts";
import { accessKey } from "../../api/queries/access-key.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useChange } from "../../api/use-change.ts";
import { Page } from "../../shell/page.tsx";
import { Button } from "../../ui/button.tsx";
import { CopyButton } from "../../ui/copy-button.tsx";
import { DefinitionList } from "../../ui/definition-list.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { TextField } from "../../ui/field.tsx";
import styles from "./account-page.module.css";
import { PasswordForm } from "./password-form.tsx";
import { SessionSection } from "./session-section.tsx";

/** What is one's own: name, password, sessions. */
export function AccountPage() {
  const { principal, roles, environments } = useWhoami();
  const placeOf = ({ environment_id, region }: (typeof roles)[number]) => {
    if (environment_id === null) return "everywhere";
    const name = environments.find(({ id }) => id === environment_id)?.name ?? environment_id;
    return region === null ? `in ${name}` : `in ${name}, ${region} only`;
  };
  return (
    <Page title="Your account" crumbs={[]} isNarrow>
      <div className={styles.page}>
        <section aria-labelledby="who">
          <h2 id="who">Who you are</h2>
          <DefinitionList
            rows={[
              { label: "Email", value: principal.email },
              {
                label: "ID",
                value: (
                  <span className={styles.copied}>
                    <code>{principal.id}</code>
                    <CopyButton text={principal.id} what="id" />
                  </span>
                ),
              },
              {
                label: "Roles",
                value:
                  roles.length === 0 ? (
                    "None yet: ask an administrator for one, with your id."
                  ) : (
                    <ul>
                      {roles.map((role) => (
                        <li key={`${role.role} ${placeOf(role)}`}>
                          {role.role} {placeOf(role)}
                        </li>
                      ))}
                    </ul>
                  ),
              },
              {
                label: "API keys",
                value: (
                  <Link to="/access/api-keys" search={{ owner: principal.id }}>
                    See your API keys
                  </Link>
                ),
              },
            ]}
          />
        </section>
        <NameForm />
        <PasswordForm />
        <SessionSection />
      </div>
    </Page>
  );
}

function NameForm() {
  const { principal } = useWhoami();
  const [name, setName] = useState(principal.name);
  const saving = useChange({
    run: (client) => renameUser(client, principal.id, name.trim()),
    stale: [["whoami"], accessKey],
    done: ({ full_name }) => `You are called ${full_name} from now on`,
  });
  const isSame = name.trim() === "" || name.trim() === principal.name;
  return (
    <section aria-labelledby="name">
      <h2 id="name">Name</h2>
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (!isSame && !saving.isPending) saving.mutate();
        }}
      >
        {saving.error !== null && <ErrorState error={saving.error} />}
        <TextField
          label="What you are called"
          autoComplete="name"
          maxLength={200}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <div>
          <Button type="submit" isDisabled={isSame} isBusy={saving.isPending}>
            Save name
          </Button>
        </div>
      </form>
    </section>
  );
}
