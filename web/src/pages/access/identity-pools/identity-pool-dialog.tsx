import { useState } from "react";
import {
  createIdentityPool,
  type IdentityPool,
  updateIdentityPool,
} from "../../../../../src/client/identity-pools.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { useChange } from "../../../api/use-change.ts";
import { SelectField, TextField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";
import { usePrincipals } from "../use-principals.ts";
import { type Claim, ClaimsField } from "./claims-field.tsx";

interface IdentityPoolDialogProps {
  /** The one that is changed; without it one is made. */
  readonly pool?: IdentityPool;
  readonly onClose: () => void;
}

const emptyPool = {
  name: "",
  description: "",
  issuer: "",
  jwks_uri: null,
  audience: "",
  service_account: "",
};

export function IdentityPoolDialog({ pool, onClose }: IdentityPoolDialogProps) {
  const [values, setValues] = useState(() => {
    const { name, description, issuer, jwks_uri, audience, service_account } = pool ?? emptyPool;
    return { name, description, issuer, jwks_uri: jwks_uri ?? "", audience, service_account };
  });
  const [claims, setClaims] = useState<readonly Claim[]>(() => claimsOf(pool?.claims ?? { "": "" }));
  const accounts = usePrincipals().filter(({ kind }) => kind === "service_account");
  const given = claims.filter(({ name }) => name.trim() !== "");
  const saving = useChange({
    run: (client) => {
      const body = {
        ...values,
        jwks_uri: values.jwks_uri === "" ? null : values.jwks_uri,
        claims: Object.fromEntries(given.map(({ name, value }) => [name.trim(), value])),
      };
      return pool === undefined
        ? createIdentityPool(client, body)
        : updateIdentityPool(client, pool.id, body);
    },
    stale: [accessKey],
    done: ({ name }) => `Identity pool ${name} ${pool === undefined ? "created" : "changed"}`,
    onDone: onClose,
  });
  const set = (changed: Partial<typeof values>) => setValues((all) => ({ ...all, ...changed }));
  const { name, description, issuer, jwks_uri, audience, service_account } = values;
  const isReady = [name, issuer, audience, service_account].every((text) => text !== "") && given.length > 0;
  return (
    <FormDialog
      place="side"
      title={pool === undefined ? "Create identity pool" : `Edit ${pool.name}`}
      description="Tokens of the issuer that fit all of this act as the service account, from the next request on."
      verb={pool === undefined ? "Create identity pool" : "Save changes"}
      isDisabled={!isReady}
      change={saving}
      onSubmit={() => saving.mutate()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        placeholder="builds of the shop"
        maxLength={100}
        value={name}
        onChange={({ target }) => set({ name: target.value })}
        autoFocus
      />
      <TextField
        label="Issuer"
        hint="The claim iss of its tokens, byte for byte."
        placeholder="https://token.actions.githubusercontent.com"
        isMono
        value={issuer}
        onChange={({ target }) => set({ issuer: target.value })}
      />
      <TextField
        label="Address of its keys"
        aside="Optional"
        hint="Without it the issuer's discovery document says where they are."
        placeholder="https://issuer.example.com/jwks.json"
        isMono
        value={jwks_uri}
        onChange={({ target }) => set({ jwks_uri: target.value })}
      />
      <TextField
        label="Audience"
        hint="A token for another service must not be good here: give Keymoor an audience of its own."
        placeholder="keymoor"
        isMono
        value={audience}
        onChange={({ target }) => set({ audience: target.value })}
      />
      <ClaimsField claims={claims} onChange={setClaims} />
      <SelectField
        label="Acts as"
        hint="Its tokens have the rights of this service account."
        value={service_account}
        options={[
          { value: "", label: "Choose a service account" },
          ...accounts.map(({ id, name: label }) => ({ value: id, label: `${label} (${id})` })),
        ]}
        onChange={({ target }) => set({ service_account: target.value })}
      />
      <TextField
        label="Description"
        aside="Optional"
        maxLength={1000}
        value={description}
        onChange={({ target }) => set({ description: target.value })}
      />
    </FormDialog>
  );
}

function claimsOf(claims: Readonly<Record<string, string>>): readonly Claim[] {
  return Object.entries(claims).map(([name, value]) => ({ id: crypto.randomUUID(), name, value }));
}
