import { useState } from "react";
import {
  createServiceAccount,
  type ServiceAccount,
  updateServiceAccount,
} from "../../../../../src/client/service-accounts.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useChange } from "../../../api/use-change.ts";
import { TextField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";

interface ServiceAccountDialogProps {
  /** The one that is changed; without it one is made. */
  readonly account?: ServiceAccount;
  readonly onClose: () => void;
}

export function ServiceAccountDialog({ account, onClose }: ServiceAccountDialogProps) {
  const [name, setName] = useState(account?.display_name ?? "");
  const [description, setDescription] = useState(account?.description ?? "");
  const saving = useChange({
    run: (client) => {
      const body = { display_name: name.trim(), description };
      return account === undefined
        ? createServiceAccount(client, body)
        : updateServiceAccount(client, account.id, body);
    },
    stale: [accessKey],
    done: ({ display_name }) =>
      `Service account ${display_name} ${account === undefined ? "created" : "changed"}`,
    onDone: onClose,
  });
  return (
    <FormDialog
      title={account === undefined ? "Create service account" : `Edit ${account.display_name}`}
      verb={account === undefined ? "Create service account" : "Save changes"}
      isDisabled={name.trim() === ""}
      change={saving}
      onSubmit={() => saving.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="Unique among service accounts."
        placeholder="orders"
        maxLength={200}
        value={name}
        onChange={({ target }) => setName(target.value)}
        autoFocus
      />
      <TextField
        label="Description"
        aside="Optional"
        placeholder="writes orders"
        maxLength={1000}
        value={description}
        onChange={({ target }) => setDescription(target.value)}
      />
    </FormDialog>
  );
}
