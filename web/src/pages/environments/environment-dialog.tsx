import { useState } from "react";
import {
  createEnvironment,
  type Environment,
  updateEnvironment,
} from "../../../../src/client/environments.ts";
import { useChange } from "../../api/use-change.ts";
import { TextField } from "../../ui/field.tsx";
import { FormDialog } from "../../ui/form-dialog.tsx";
import { environmentKeys } from "./environment-keys.ts";

interface EnvironmentDialogProps {
  /** The one that is renamed; without it one is made. */
  readonly environment?: Environment;
  readonly onClose: () => void;
}

export function EnvironmentDialog({ environment, onClose }: EnvironmentDialogProps) {
  const [name, setName] = useState(environment?.display_name ?? "");
  const saving = useChange({
    run: (client) => {
      const body = { display_name: name.trim() };
      return environment === undefined
        ? createEnvironment(client, body)
        : updateEnvironment(client, environment.id, body);
    },
    stale: environmentKeys,
    done: ({ display_name }) =>
      environment === undefined
        ? `Environment ${display_name} created`
        : `Environment ${environment.display_name} is now ${display_name}`,
    onDone: onClose,
  });
  return (
    <FormDialog
      title={environment === undefined ? "Create environment" : `Rename ${environment.display_name}`}
      verb={environment === undefined ? "Create environment" : "Rename environment"}
      isDisabled={name.trim() === "" || name.trim() === environment?.display_name}
      change={saving}
      onSubmit={() => saving.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="Taken once: SQL calls the environment's catalog by it."
        placeholder="production"
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
        autoFocus
      />
    </FormDialog>
  );
}
