import { ExclamationTriangleIcon } from "@radix-ui/react-icons";
import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import { Dialog } from "./dialog.tsx";
import styles from "./shown-once-dialog.module.css";

interface ShownOnceDialogProps {
  readonly title: string;
  /** Why it has to be kept now. */
  readonly warning: ReactNode;
  readonly values: readonly {
    readonly label: string;
    readonly value: string;
    /** As it stands in a sentence: "secret". */
    readonly what: string;
  }[];
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** What the server shows this once and keeps a hash of. A press beside it does not close it. */
export function ShownOnceDialog({ title, warning, values, onClose, children }: ShownOnceDialogProps) {
  return (
    <Dialog
      isOpen
      isSticky
      onClose={onClose}
      title={title}
      actions={
        <Button variant="primary" onClick={onClose}>
          I have kept it
        </Button>
      }
    >
      <p className={styles.warning}>
        <ExclamationTriangleIcon aria-hidden />
        <span>{warning}</span>
      </p>
      <dl className={styles.values}>
        {values.map(({ label, value, what }) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>
              <code>{value}</code>
              <CopyButton text={value} what={what} isIcon={false} />
            </dd>
          </div>
        ))}
      </dl>
      {children}
    </Dialog>
  );
}
