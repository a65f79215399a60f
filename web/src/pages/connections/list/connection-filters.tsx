import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { useWhoami } from "../../../api/queries/whoami.ts";
import { FilterMenu } from "../../../ui/filter-menu.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { phaseOptions } from "../status.tsx";
import styles from "./connection-filters.module.css";
import type { ConnectionsSearch } from "./connections-search.ts";

interface ConnectionFiltersProps {
  readonly search: ConnectionsSearch;
  readonly types: readonly ConnectionType[];
  readonly onChange: (changed: ConnectionsSearch) => void;
}

export function ConnectionFilters({ search, types, onChange }: ConnectionFiltersProps) {
  const { regions } = useWhoami();
  return (
    <div className={styles.bar}>
      <SearchField
        label="Search name or endpoint"
        value={search.search ?? ""}
        onChange={(text) => onChange({ search: text === "" ? undefined : text })}
      />
      <FilterMenu
        label="Type"
        chosen={words(search.type)}
        options={types.map(({ name, label }) => ({ value: name, label }))}
        onChange={(chosen) => onChange({ type: joined(chosen) })}
      />
      <FilterMenu
        label="Status"
        chosen={words(search.status)}
        options={phaseOptions}
        onChange={(chosen) => onChange({ status: joined(chosen) })}
      />
      {regions.length > 1 && (
        <FilterMenu
          label="Region"
          chosen={words(search.region)}
          options={regions.map(({ cloud, region }) => ({
            value: `${cloud.toLowerCase()}.${region}`,
            label: `${cloud} ${region}`,
          }))}
          // One at a time: the API filters by one.
          onChange={(chosen) => onChange({ region: chosen.at(-1) })}
        />
      )}
    </div>
  );
}

function words(text: string | undefined): readonly string[] {
  return text?.split(",") ?? [];
}

function joined(chosen: readonly string[]): string | undefined {
  return chosen.length === 0 ? undefined : chosen.join(",");
}
