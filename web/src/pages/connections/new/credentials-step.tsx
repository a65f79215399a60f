import { type FormEvent, useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { Button } from "../../../ui/button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { CredentialForm } from "../form/credential-form.tsx";
import { type FormValues, fieldsOf } from "../form/form-values.ts";
import { fieldOfError, judgeValues } from "../form/judge-values.ts";
import { TestCredential } from "../form/test-credential.tsx";
import { useCredentialTest } from "../form/use-credential-test.ts";
import { ServiceMark } from "../service-mark.tsx";
import styles from "./new-connection-page.module.css";
import type { Draft } from "./new-connection-page.tsx";

interface CredentialsStepProps {
  readonly type: ConnectionType;
  readonly draft: Draft;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

export function CredentialsStep({ type, draft, onBack, onNext }: CredentialsStepProps) {
  const [isTried, setIsTried] = useState(false);
  const test = useCredentialTest(draft.place, type, draft.values);
  const isWhole = Object.keys(judgeValues(type, draft.values)).length === 0;
  const change = (values: FormValues) => {
    // What was said of other values holds no more.
    test.reset();
    draft.setValues(values);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setIsTried(true);
    if (isWhole) onNext();
    else focusFirstError(event.currentTarget);
  };
  const keys = fieldsOf(type, draft.values).map(({ key }) => key);
  const field = fieldOfError(test.error, keys);
  return (
    <form className={styles.stack} noValidate autoComplete="off" onSubmit={submit}>
      <div className={styles.chosen}>
        <ServiceMark type={type} size="large" />
        <div>
          <h2>{type.label}</h2>
          <p>
            {type.summary}{" "}
            <a href={type.source} target="_blank" rel="noreferrer">
              Where to find its credential
            </a>
          </p>
        </div>
      </div>
      <CredentialForm
        type={type}
        values={draft.values}
        onChange={change}
        isTried={isTried}
        refused={test.error !== null && field !== undefined ? { [field]: test.error.message } : {}}
      />
      <TestCredential
        test={test}
        onTest={() => {
          setIsTried(true);
          if (isWhole) test.mutate();
        }}
      />
      {test.error !== null && field === undefined && <ErrorState error={test.error} />}
      <div className={styles.actions}>
        <Button onClick={onBack}>Back</Button>
        <Button type="submit" variant="primary">
          Continue
        </Button>
      </div>
    </form>
  );
}

/** The page of errors is read from its first. */
function focusFirstError(form: EventTarget): void {
  requestAnimationFrame(() => {
    if (form instanceof HTMLElement) form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
  });
}
