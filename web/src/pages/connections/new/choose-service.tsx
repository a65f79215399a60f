import { type KeyboardEvent, useState } from "react";
import type { ConnectionType } from "../../../../../src/client/connection-types.ts";
import { Button } from "../../../ui/button.tsx";
import { EmptyState } from "../../../ui/empty-state.tsx";
import { SearchField } from "../../../ui/search-field.tsx";
import { ServiceMark } from "../service-mark.tsx";
import { typeGroups } from "../type-groups.ts";
import styles from "./choose-service.module.css";

interface ChooseServiceProps {
  readonly types: readonly ConnectionType[];
  readonly onChoose: (type: ConnectionType) => void;
}

/** A tile for every service, in groups. Enter in the search takes the first. */
export function ChooseService({ types, onChoose }: ChooseServiceProps) {
  const [search, setSearch] = useState("");
  const found = findTypes(types, search);
  const takeFirst = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !(event.target instanceof HTMLInputElement)) return;
    event.preventDefault();
    // Whoever types fast presses Enter before the list has followed.
    const [first] = findTypes(types, event.target.value);
    if (first !== undefined) onChoose(first);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter belongs to the search field in it
    <div className={styles.page} onKeyDown={takeFirst}>
      <SearchField label="Search services" value={search} onChange={setSearch} />
      {found.length === 0 && (
        <EmptyState
          title="No service is called like that"
          lines={["A service with an HTTP API of its own is reached by the type for REST APIs."]}
          actions={<Button onClick={() => setSearch("")}>Clear search</Button>}
        />
      )}
      {typeGroups.map(({ group, label }) => {
        const some = found.filter((type) => type.group === group);
        if (some.length === 0) return null;
        return (
          <section key={group} className={styles.group} aria-label={label}>
            <h2>{label}</h2>
            <ul className={styles.tiles}>
              {some.map((type) => (
                <li key={type.name}>
                  <button type="button" className={styles.tile} onClick={() => onChoose(type)}>
                    <ServiceMark type={type} size="large" />
                    <span>
                      <span className={styles.label}>{type.label}</span>
                      <span className={styles.summary}>{type.summary}</span>
                    </span>
                  </button>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

function findTypes(types: readonly ConnectionType[], search: string): readonly ConnectionType[] {
  const words = search.toLowerCase().split(/\s+/);
  return types.filter((type) => {
    const text = `${type.name} ${type.label} ${type.summary}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
