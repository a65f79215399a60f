import { useState } from "react";
import { inviteUser, type ShownInvitation } from "../../../../../src/client/users.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useChange } from "../../../api/use-change.ts";
import { TextField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";

interface InviteDialogProps {
  readonly onMade: (shown: ShownInvitation) => void;
  readonly onClose: () => void;
}

export function InviteDialog({ onMade, onClose }: InviteDialogProps) {
  const [email, setEmail] = useState("");
  const inviting = useChange({
    run: (client) => inviteUser(client, email.trim()),
    stale: [accessKey],
    onDone: onMade,
  });
  return (
    <FormDialog
      title="Invite a user"
      description="You get a link to hand over; no mail is sent. With it the person chooses a password."
      verb="Make invitation link"
      isDisabled={email.trim() === ""}
      change={inviting}
      onSubmit={() => inviting.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Email"
        type="email"
        hint="By which the person will sign in."
        placeholder="dev@example.com"
        value={email}
        onChange={({ target }) => setEmail(target.value)}
        autoFocus
      />
    </FormDialog>
  );
}
