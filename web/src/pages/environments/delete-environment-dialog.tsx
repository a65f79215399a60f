import { deleteEnvironment, type Environment } from "../../../../src/client/environments.ts";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../ui/confirm-dialog.tsx";
import { environmentKeys } from "./environment-keys.ts";

interface DeleteEnvironmentDialogProps {
  readonly environment: Environment;
  readonly onClose: () => void;
}

export function DeleteEnvironmentDialog({ environment, onClose }: DeleteEnvironmentDialogProps) {
  const { id, display_name } = environment;
  const deletion = useChange({
    run: (client) => deleteEnvironment(client, id),
    stale: environmentKeys,
    done: () => `Environment ${display_name} deleted`,
    onDone: onClose,
  });
  return (
    <ConfirmDialog
      title={`Delete ${display_name}`}
      description="Its statements, compute pools, API keys, role bindings and use tokens are deleted with it. It is refused while a connection is left in it, and for the last environment."
      verb="Delete environment"
      word={display_name}
      change={deletion}
      onClose={onClose}
    />
  );
}
