import { useWhoami } from "../../api/queries/whoami.ts";
import { ChoiceFilter } from "../../ui/choice-filter.tsx";
import { TextFilter } from "../../ui/text-filter.tsx";
import { usePrincipals } from "../access/use-principals.ts";
import styles from "./audit-filters.module.css";
import { type AuditSearch, outcomes, ranges } from "./audit-search.ts";
import { outcomeOptions } from "./outcome-pill.tsx";

const rangeWords = {
  "1h": "Last hour",
  "24h": "Last 24 hours",
  "7d": "Last 7 days",
  "30d": "Last 30 days",
  custom: "From and to",
} as const;

interface AuditFiltersProps {
  readonly search: AuditSearch;
  /** Environments whose events one may read. */
  readonly environments: readonly { readonly id: string; readonly name: string }[];
  /** Those of all environments too. */
  readonly mayReadAll: boolean;
  /** What the filter offers. */
  readonly actions: readonly string[];
  readonly onChange: (changed: AuditSearch) => void;
}

export function AuditFilters({ search, environments, mayReadAll, actions, onChange }: AuditFiltersProps) {
  const { regions } = useWhoami();
  const principals = usePrincipals();
  return (
    <div className={styles.bar}>
      <ChoiceFilter
        label="Time"
        value={search.range}
        options={ranges.map((value) => ({ value, label: rangeWords[value] }))}
        onChange={(value) => onChange({ range: ranges.find((range) => range === value) })}
        onClear={() => onChange({ range: undefined, from: undefined, to: undefined })}
      />
      {search.range === "custom" && (
        <>
          <TimeField label="From" value={search.from} onChange={(from) => onChange({ from })} />
          <TimeField label="To" value={search.to} onChange={(to) => onChange({ to })} />
        </>
      )}
      <TextFilter
        label="Action"
        value={search.action}
        example="connection.create"
        suggestions={actions.map((value) => ({ value }))}
        onChange={(action) => onChange({ action })}
      />
      <TextFilter
        label="Who"
        value={search.principal}
        example="u-... or sa-..."
        suggestions={principals.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(principal) => onChange({ principal })}
      />
      <TextFilter
        label="Thing"
        value={search.resource}
        example="name or id"
        onChange={(resource) => onChange({ resource })}
      />
      <ChoiceFilter
        label="Outcome"
        value={search.outcome}
        options={outcomeOptions}
        onChange={(value) => onChange({ outcome: outcomes.find((outcome) => outcome === value) })}
        onClear={() => onChange({ outcome: undefined })}
      />
      <ChoiceFilter
        label="Environment"
        value={search.environment}
        options={environments.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(environment) => onChange({ environment })}
        {...(mayReadAll && { onClear: () => onChange({ environment: undefined }) })}
      />
      {regions.length > 1 && (
        <ChoiceFilter
          label="Region"
          value={search.region}
          options={regions.map(({ cloud, region }) => ({
            value: `${cloud.toLowerCase()}.${region}`,
            label: `${cloud} ${region}`,
          }))}
          onChange={(region) => onChange({ region })}
          onClear={() => onChange({ region: undefined })}
        />
      )}
    </div>
  );
}

interface TimeFieldProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly onChange: (value: string | undefined) => void;
}

function TimeField({ label, value, onChange }: TimeFieldProps) {
  return (
    <label className={styles.time}>
      <span>{label}</span>
      <input
        type="datetime-local"
        value={value ?? ""}
        onChange={({ target }) => onChange(target.value === "" ? undefined : target.value)}
      />
    </label>
  );
}
