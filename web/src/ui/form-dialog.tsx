import type { ReactNode } from "react";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { ErrorState } from "./error-state.tsx";

interface FormDialogProps {
  readonly title: string;
  readonly description?: ReactNode;
  /** On the button: what it does. */
  readonly verb: string;
  readonly isDanger?: boolean;
  /** It cannot be sent yet. */
  readonly isDisabled?: boolean;
  /** The change that it sends. */
  readonly change: { readonly isPending: boolean; readonly error: Error | null };
  readonly place?: "centre" | "side";
  readonly onSubmit: () => void;
  readonly onClose: () => void;
  readonly children?: ReactNode;
}

/** A few fields and one change; the server's refusal stands above the fields. */
export function FormDialog(props: FormDialogProps) {
  const { title, description, verb, isDanger = false, isDisabled = false, change, place = "centre" } = props;
  const { onSubmit, onClose, children } = props;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      description={description}
      place={place}
      onSubmit={() => {
        if (!change.isPending && !isDisabled) onSubmit();
      }}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            type="submit"
            variant={isDanger ? "danger" : "primary"}
            isBusy={change.isPending}
            isDisabled={isDisabled}
          >
            {verb}
          </Button>
        </>
      }
    >
      {change.error !== null && <ErrorState error={change.error} />}
      {children}
    </Dialog>
  );
}
