import { useState } from "react";
import { createApiKey, type ShownApiKey } from "../../../../../src/client/api-keys.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useChange } from "../../../api/use-change.ts";
import { useCurrentEnvironment } from "../../../shell/use-current-environment.ts";
import { SelectField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";
import { Segmented } from "../../../ui/segmented.tsx";
import { EnvironmentField } from "../environment-field.tsx";
import styles from "../form.module.css";
import { RegionField } from "../region-field.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { usePrincipals } from "../use-principals.ts";
import { KeyNameFields } from "./key-name-fields.tsx";

const kinds = [
  { value: "flink", label: "Flink key" },
  { value: "cloud", label: "Cloud key" },
] as const;

const hints = {
  flink: "Holds in one region of one environment: connections, statements, calls. What a program needs.",
  cloud: "Holds wherever its owner has a role, and for accounts, keys and roles too. What Terraform needs.",
} as const;

interface ApiKeyDialogProps {
  readonly onMade: (shown: ShownApiKey) => void;
  readonly onClose: () => void;
}

export function ApiKeyDialog({ onMade, onClose }: ApiKeyDialogProps) {
  const { principal, regions } = useWhoami();
  // Nobody makes keys of another person: what a person does must be that person's doing.
  const owners = usePrincipals().filter(({ id, kind }) => kind === "service_account" || id === principal.id);
  const { search } = useAccessSearch();
  const wanted = owners.find(({ id }) => id === search.owner)?.id ?? principal.id;
  const [kind, setKind] = useState<"flink" | "cloud">("flink");
  const [owner, setOwner] = useState(wanted);
  const [environment, setEnvironment] = useState(useCurrentEnvironment()?.id ?? "");
  const [region, setRegion] = useState(
    regions[0] ? `${regions[0].cloud.toLowerCase()}.${regions[0].region}` : "",
  );
  const [name, setName] = useState("");
  const [description, setDescription] = useState("");
  const making = useChange({
    run: (client) =>
      createApiKey(client, {
        display_name: name,
        description,
        owner: { id: owner },
        resource: kind === "cloud" ? { id: "cloud" } : { id: region, environment },
      }),
    stale: [accessKey],
    onDone: onMade,
  });
  return (
    <FormDialog
      title="Create API key"
      verb="Create API key"
      isDisabled={kind === "flink" && (environment === "" || region === "")}
      change={making}
      onSubmit={() => making.mutate()}
      onClose={onClose}
    >
      <div>
        <Segmented label="Kind" value={kind} options={kinds} onChange={setKind} />
        <p className={styles.hint}>{hints[kind]}</p>
      </div>
      <SelectField
        label="Owner"
        hint="The key may do what its owner may do. For a service account it takes somebody who could give each of its roles."
        value={owner}
        options={owners.map(({ id, name: label }) => ({
          value: id,
          label: id === principal.id ? `${label} (you)` : `${label} (${id})`,
        }))}
        onChange={({ target }) => setOwner(target.value)}
      />
      {kind === "flink" && (
        <>
          <EnvironmentField value={environment} onChange={setEnvironment} />
          <RegionField value={region} onChange={setRegion} />
        </>
      )}
      <KeyNameFields name={name} description={description} onName={setName} onDescription={setDescription} />
    </FormDialog>
  );
}
