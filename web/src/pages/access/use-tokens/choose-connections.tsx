import { useInfiniteQuery } from "@tanstack/react-query";
import { useDeferredValue, useId, useState } from "react";
import type { Place } from "../../../../../src/client/place.ts";
import { connectionsQuery } from "../../../api/queries/connections.ts";
import { count } from "../../../format/count.ts";
import { useClient } from "../../../services.ts";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import styles from "./choose-connections.module.css";

interface ChooseConnectionsProps {
  readonly place: Place;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Some connections of one region, found by name: there may be thousands. */
export function ChooseConnections({ place, chosen, onChange }: ChooseConnectionsProps) {
  const id = useId();
  const [typed, setTyped] = useState("");
  const search = useDeferredValue(typed.trim());
  const { cloud, region } = place;
  const { data, error, refetch } = useInfiniteQuery(
    connectionsQuery(useClient(), place, { cloud, region, ...(search !== "" && { search }) }),
  );
  const found = data?.pages[0]?.data.map(({ name }) => name) ?? [];
  // What is chosen stays in sight, whatever is searched for.
  const names = [...chosen, ...found.filter((name) => !chosen.includes(name))];
  const isMore = data?.pages[0]?.metadata.next !== "" && data !== undefined;
  return (
    <fieldset className={styles.set}>
      <legend className={styles.legend}>Connections</legend>
      <input
        className={styles.search}
        type="search"
        aria-label="Search connections"
        aria-controls={id}
        placeholder="Search name or endpoint"
        spellCheck={false}
        autoComplete="off"
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          // Enter belongs to the search here, not to the form.
          if (event.key === "Enter") event.preventDefault();
        }}
      />
      {error !== null && <ErrorState error={error} onRetry={refetch} />}
      <ul id={id} className={styles.list} aria-label="Connections" aria-busy={data === undefined}>
        {data === undefined && error === null && (
          <li className={styles.item}>
            <Skeleton />
          </li>
        )}
        {names.map((name) => (
          <li key={name}>
            <label className={styles.item}>
              <input
                type="checkbox"
                checked={chosen.includes(name)}
                onChange={({ target }) =>
                  onChange(target.checked ? [...chosen, name] : chosen.filter((one) => one !== name))
                }
              />
              <code>{name}</code>
            </label>
          </li>
        ))}
        {data !== undefined && names.length === 0 && (
          <li className={styles.none}>
            {search === "" ? "There is no connection in this region yet." : "No connection is like that."}
          </li>
        )}
      </ul>
      <p className={styles.note} role="status">
        {chosen.length === 0 ? "Choose at least one." : `${count(chosen.length, "connection")} chosen.`}
        {isMore && " There are more: search for them."}
      </p>
    </fieldset>
  );
}
