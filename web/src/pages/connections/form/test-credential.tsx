import { LightningBoltIcon } from "@radix-ui/react-icons";
import type { UseMutationResult } from "@tanstack/react-query";
import type { Check } from "../../../../../src/client/checks.ts";
import { Button } from "../../../ui/button.tsx";
import { CheckSteps } from "../check-steps.tsx";
import styles from "./test-credential.module.css";

interface TestCredentialProps {
  readonly test: Pick<UseMutationResult<Check, Error, void>, "data" | "isPending">;
  readonly onTest: () => void;
}

/** Shows the service what is typed, before anything is saved. */
export function TestCredential({ test, onTest }: TestCredentialProps) {
  return (
    <section className={styles.test} aria-label="Test">
      <div className={styles.row}>
        <Button icon={<LightningBoltIcon aria-hidden />} isBusy={test.isPending} onClick={onTest}>
          Test
        </Button>
        <p className={styles.note}>Shows the service what you typed. Nothing is saved.</p>
      </div>
      <div aria-live="polite">{test.data !== undefined && <CheckSteps check={test.data} />}</div>
    </section>
  );
}
