import { type ReactNode, useState } from "react";
import { TextField } from "./field.tsx";
import { FormDialog } from "./form-dialog.tsx";

interface ConfirmDialogProps {
  readonly title: string;
  /** What follows from it. */
  readonly description: ReactNode;
  readonly verb: string;
  /** Has to be typed first; without one a press is enough. */
  readonly word?: string;
  readonly change: { readonly isPending: boolean; readonly error: Error | null; readonly mutate: () => void };
  readonly onClose: () => void;
}

/** Asks before something is destroyed or stops to work. */
export function ConfirmDialog({ title, description, verb, word, change, onClose }: ConfirmDialogProps) {
  const [typed, setTyped] = useState("");
  return (
    <FormDialog
      title={title}
      description={description}
      verb={verb}
      isDanger
      isDisabled={word !== undefined && typed !== word}
      change={change}
      onSubmit={() => change.mutate()}
      onClose={onClose}
    >
      {word !== undefined && (
        <TextField
          label={`Type ${word} to confirm`}
          value={typed}
          onChange={({ target }) => setTyped(target.value)}
          isMono
          autoFocus
        />
      )}
    </FormDialog>
  );
}
