import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { createRoleBinding, crnOf } from "../../../../../src/client/role-bindings.ts";
import { accessKey } from "../../../api/queries/access-key.ts";
import { rolesQuery } from "../../../api/queries/roles.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { useChange } from "../../../api/use-change.ts";
import { useClient } from "../../../services.ts";
import { useManagement } from "../../../session/use-management.ts";
import { useCurrentEnvironment } from "../../../shell/use-current-environment.ts";
import { SelectField } from "../../../ui/field.tsx";
import { FormDialog } from "../../../ui/form-dialog.tsx";
import { RadioList } from "../../../ui/radio-list.tsx";
import { EnvironmentField } from "../environment-field.tsx";
import { RegionField } from "../region-field.tsx";
import { useAccessSearch } from "../use-access-search.ts";
import { usePrincipals } from "../use-principals.ts";

/** Somebody, a role, and what it is bound to: only what the role can be bound to is asked for. */
export function RoleBindingDialog({ onClose }: { readonly onClose: () => void }) {
  const { organization, environments } = useWhoami();
  const { ofOrganization, ofEnvironments } = useManagement();
  const { data: roles = [] } = useQuery(rolesQuery(useClient()));
  const principals = usePrincipals();
  const { search } = useAccessSearch();
  const current = useCurrentEnvironment()?.id ?? "";
  const [principal, setPrincipal] = useState(search.owner ?? "");
  const [role, setRole] = useState(search.role);
  const [place, setPlace] = useState<"organization" | "environment">("environment");
  const [environment, setEnvironment] = useState(
    ofOrganization || ofEnvironments.includes(current) ? current : (ofEnvironments[0] ?? ""),
  );
  const [region, setRegion] = useState("");
  const [account, setAccount] = useState("");
  const places =
    roles.find(({ name }) => name === role)?.policies.map(({ bindingScope }) => bindingScope) ?? [];
  const isOfAccount = places.includes("service_account");
  const isChoice = ofOrganization && places.includes("organization") && places.includes("environment");
  const isOfEnvironment = isChoice ? place === "environment" : places.includes("environment");
  const binding = useChange({
    run: async (client) => {
      const [cloud = "", name = ""] = region.split(/\.(.*)/);
      const crn = await crnOf(client, organization.id, {
        environment: isOfEnvironment ? environment : undefined,
        in:
          isOfEnvironment && places.includes("region") && region !== "" ? { cloud, region: name } : undefined,
        serviceAccount: isOfAccount ? account : undefined,
      });
      return createRoleBinding(client, {
        principal: `User:${principal}`,
        role_name: role ?? "",
        crn_pattern: crn,
      });
    },
    stale: [accessKey, ["whoami"]],
    done: ({ role_name }) => `${role_name} bound to ${principal}`,
    onDone: onClose,
  });
  const isReady =
    principal !== "" &&
    role !== undefined &&
    (!isOfAccount || account !== "") &&
    (!isOfEnvironment || environment !== "");
  return (
    <FormDialog
      title="Bind a role"
      description="Nobody grants what he does not hold."
      verb="Bind role"
      isDisabled={!isReady}
      change={binding}
      onSubmit={() => binding.mutate()}
      onClose={onClose}
    >
      <SelectField
        label="User or service account"
        value={principal}
        options={[
          { value: "", label: "Choose one" },
          ...principals.map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
        ]}
        onChange={({ target }) => setPrincipal(target.value)}
      />
      <RadioList
        label="Role"
        value={role}
        options={roles.map(({ name, description, policies }) => {
          const isWide = policies.every(
            ({ bindingScope }) => bindingScope === "organization" || bindingScope === "service_account",
          );
          return {
            value: name,
            label: name,
            description,
            because: isWide && !ofOrganization ? "Takes OrganizationAdmin to give." : undefined,
          };
        })}
        onChange={setRole}
      />
      {isChoice && (
        <SelectField
          label="Bound to"
          value={place}
          options={[
            { value: "environment", label: "An environment, or a region of it" },
            { value: "organization", label: `The organization (${organization.name})` },
          ]}
          onChange={({ target }) =>
            setPlace(target.value === "organization" ? "organization" : "environment")
          }
        />
      )}
      {isOfEnvironment && (
        <EnvironmentField
          value={environment}
          ids={ofOrganization ? environments.map(({ id }) => id) : ofEnvironments}
          onChange={setEnvironment}
        />
      )}
      {isOfEnvironment && places.includes("region") && (
        <RegionField value={region} all="All regions" onChange={setRegion} />
      )}
      {isOfAccount && (
        <SelectField
          label="May run statements as"
          value={account}
          options={[
            { value: "", label: "Choose a service account" },
            ...principals
              .filter(({ kind }) => kind === "service_account")
              .map(({ id, name }) => ({ value: id, label: `${name} (${id})` })),
          ]}
          onChange={({ target }) => setAccount(target.value)}
        />
      )}
    </FormDialog>
  );
}
