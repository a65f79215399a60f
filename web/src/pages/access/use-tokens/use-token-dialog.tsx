import { useState } from "react";
import type { EnvironmentPlace } from "../../../../../src/client/place.ts";
import { createUseToken, type ShownUseToken } from "../../../../../src/client/use-tokens.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useChange } from "../../../api/use-change.ts";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";
import { RegionField } from "../region-field.tsx";
import { ChooseConnections } from "./choose-connections.tsx";

const daySeconds = 86_400;
const lifetimes = [
  { value: String(daySeconds), label: "A day" },
  { value: String(7 * daySeconds), label: "7 days" },
  { value: String(30 * daySeconds), label: "30 days" },
  { value: String(90 * daySeconds), label: "90 days" },
  { value: String(365 * daySeconds), label: "A year" },
];

interface UseTokenDialogProps {
  readonly place: EnvironmentPlace;
  readonly onMade: (shown: ShownUseToken) => void;
  readonly onClose: () => void;
}

export function UseTokenDialog({ place, onMade, onClose }: UseTokenDialogProps) {
  const { regions } = useWhoami();
  const [name, setName] = useState("");
  const [at, setAt] = useState(regions[0] ? `${regions[0].cloud.toLowerCase()}.${regions[0].region}` : "");
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [seconds, setSeconds] = useState(String(30 * daySeconds));
  const [cloud = "", region = ""] = at.split(/\.(.*)/);
  const making = useChange({
    run: (client) =>
      createUseToken(
        client,
        { ...place, cloud, region },
        { name: name.trim(), connections: [...chosen], expires_in_seconds: Number(seconds) },
      ),
    stale: [accessKey],
    onDone: onMade,
  });
  return (
    <FormDialog
      title="Create use token"
      description="It lets through no more than you may do, for as long as you may."
      verb="Create use token"
      isDisabled={name.trim() === "" || chosen.length === 0}
      change={making}
      onSubmit={() => making.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        hint="What it is for, as you will know it again."
        placeholder="orders service"
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
        autoFocus
      />
      {regions.length > 1 && (
        <RegionField
          value={at}
          onChange={(value) => {
            setAt(value);
            // A name stands for another connection there.
            setChosen([]);
          }}
        />
      )}
      <ChooseConnections place={{ ...place, cloud, region }} chosen={chosen} onChange={setChosen} />
      <SelectField
        label="Expires after"
        value={seconds}
        options={lifetimes}
        onChange={({ target }) => setSeconds(target.value)}
      />
    </FormDialog>
  );
}
