import { CheckIcon } from "@radix-ui/react-icons";
import { classes } from "../../../ui/classes.ts";
import styles from "./new-connection-page.module.css";

const steps = [
  { step: "service", label: "Choose a service" },
  { step: "credentials", label: "Define endpoint and credentials" },
  { step: "review", label: "Review and launch" },
] as const;

interface StepListProps {
  readonly current: (typeof steps)[number]["step"];
  readonly onGo: (step: "service" | "credentials") => void;
}

/** Where one is on the way; what is behind one can be gone back to. */
export function StepList({ current, onGo }: StepListProps) {
  const at = steps.findIndex(({ step }) => step === current);
  return (
    <ol className={styles.steps} aria-label="Steps">
      {steps.map(({ step, label }, index) => {
        const number = (
          <span className={styles.number}>{index < at ? <CheckIcon aria-hidden /> : index + 1}</span>
        );
        return (
          <li key={step} aria-current={index === at ? "step" : undefined}>
            {index < at && step !== "review" ? (
              <button type="button" className={classes(styles.step, styles.done)} onClick={() => onGo(step)}>
                {number}
                {label}
              </button>
            ) : (
              <span className={classes(styles.step, index === at && styles.current)}>
                {number}
                {label}
              </span>
            )}
          </li>
        );
      })}
    </ol>
  );
}
