import { useState } from "react";
import { type ApiKey, updateApiKey } from "../../../../../src/client/api-keys.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useChange } from "../../../api/use-change.ts";
import { FormDialog } from "../../../ui/form-dialog.tsx";
import { KeyNameFields } from "./key-name-fields.tsx";

interface RenameKeyDialogProps {
  readonly apiKey: ApiKey;
  readonly onClose: () => void;
}

export function RenameKeyDialog({ apiKey, onClose }: RenameKeyDialogProps) {
  const [name, setName] = useState(apiKey.spec.display_name);
  const [description, setDescription] = useState(apiKey.spec.description);
  const saving = useChange({
    run: (client) => updateApiKey(client, apiKey.id, { display_name: name, description }),
    stale: [accessKey],
    done: () => `API key ${apiKey.id} renamed`,
    onDone: onClose,
  });
  return (
    <FormDialog
      title={`Rename ${apiKey.id}`}
      verb="Save changes"
      change={saving}
      onSubmit={() => saving.mutate()}
      onClose={onClose}
    >
      <KeyNameFields name={name} description={description} onName={setName} onDescription={setDescription} />
    </FormDialog>
  );
}
