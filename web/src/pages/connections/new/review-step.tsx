import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { connectionBody, createConnection } from "../../../../../src/client/connections.ts";
import { connectionListsKey } from "../../../api/queries/connections.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useServices } from "../../../services.ts";
import { useEnvironmentName } from "../../../shell/use-environment-place.ts";
import { Button } from "../../../ui/button.tsx";
import { DefinitionList } from "../../../ui/definition-list.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { regionParameter } from "../connection-link.ts";
import { authData, fieldsOf, methodOf, valueIn } from "../form/form-values.ts";
import { fieldOfError } from "../form/judge-values.ts";
import styles from "./new-connection-page.module.css";
import type { Draft } from "./new-connection-page.tsx";

const nameForm = /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/;

interface ReviewStepProps {
  readonly type: ConnectionType;
  readonly draft: Draft;
  readonly onBack: () => void;
  readonly onCreated: () => void;
}

export function ReviewStep({ type, draft, onBack, onCreated }: ReviewStepProps) {
  const { client, queries } = useServices();
  const { regions } = useWhoami();
  const environmentName = useEnvironmentName();
  const [isTried, setIsTried] = useState(false);
  const { values, name, place } = draft;
  const creation = useMutation({
    mutationFn: () =>
      createConnection(
        client,
        place,
        connectionBody(name, type.wire_name, values.endpoint, authData(type, values)),
        { comment: draft.comment === "" ? undefined : draft.comment },
      ),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: connectionListsKey });
      onCreated();
    },
  });
  const fields = fieldsOf(type, values);
  const field = fieldOfError(creation.error, []);
  const nameError = field === "name" ? creation.error?.message : isTried ? judgeName(name) : undefined;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (judgeName(name) === undefined && !creation.isPending) creation.mutate();
  };
  return (
    <form className={styles.stack} noValidate autoComplete="off" onSubmit={submit}>
      <div className={styles.form}>
        <TextField
          label="Name"
          name="name"
          required
          isMono
          maxLength={100}
          hint="What SQL and programs call it. It cannot be changed later."
          value={name}
          onChange={({ target }) => {
            creation.reset();
            draft.setName(target.value);
          }}
          error={nameError}
        />
        <SelectField
          label="Cloud and region"
          name="region"
          hint="The name is unique there."
          value={regionParameter(place)}
          onChange={({ target }) => draft.setRegion(target.value)}
          options={regions.map((one) => ({
            value: regionParameter(one),
            label: `${one.cloud} ${one.region}`,
          }))}
        />
        <TextField
          label="Comment"
          name="comment"
          aside="Optional"
          value={draft.comment}
          onChange={({ target }) => draft.setComment(target.value)}
        />
      </div>
      <section className={styles.summary} aria-label="What will be created">
        <h2>What will be created</h2>
        <DefinitionList
          rows={[
            { label: "Service", value: type.label },
            { label: "Endpoint", value: <code>{values.endpoint}</code> },
            { label: "Environment", value: environmentName },
            { label: "Authentication", value: methodOf(type, values).label },
            ...fields
              .filter((one) => valueIn(one, values) !== "")
              .map((one) => ({
                label: one.label,
                value: one.visibility === "public" ? valueIn(one, values) : "Given; it is sealed and masked",
              })),
          ]}
        />
      </section>
      {creation.error !== null && field === undefined && <ErrorState error={creation.error} />}
      <div className={styles.actions}>
        <Button onClick={onBack}>Back</Button>
        <Button type="submit" variant="primary" isBusy={creation.isPending}>
          Create connection
        </Button>
      </div>
    </form>
  );
}

function judgeName(name: string): string | undefined {
  if (name === "") return "A name is needed.";
  if (nameForm.test(name)) return undefined;
  return "A name has letters, digits, “-”, “_” and “.”, and a letter or digit at both ends.";
}
