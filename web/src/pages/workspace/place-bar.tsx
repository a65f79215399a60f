import { CaretSortIcon, GlobeIcon, LayersIcon } from "@radix-ui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import type { Place } from "../../../../src/client/place.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { Menu, MenuChoices } from "../../ui/menu.tsx";
import styles from "./place-bar.module.css";
import { regionKey } from "./use-workspace-place.ts";

/** Where a statement runs, always in view: environment and region, each with a menu to change it. */
export function PlaceBar({ place }: { readonly place: Place }) {
  const { environments, regions } = useWhoami();
  const navigate = useNavigate({ from: "/environments/$environment/workspace" });
  const environment = environments.find(({ id }) => id === place.environmentId);
  const chosen = regionKey(place);
  const toEnvironment = (id: string) =>
    navigate({ params: { environment: id }, search: ({ region }) => ({ region }) });
  // A statement belongs to one region; what is shown of another would be a lie.
  const toRegion = (region: string) => navigate({ search: () => ({ region }) });
  return (
    <div className={styles.bar}>
      <Menu
        align="start"
        trigger={
          <button type="button" className={styles.choice}>
            <LayersIcon aria-hidden />
            <span className="only-heard">Environment</span>
            <span className={styles.value}>{environment?.name ?? place.environmentId}</span>
            <CaretSortIcon aria-hidden />
          </button>
        }
      >
        <MenuChoices
          label="Environment"
          value={place.environmentId}
          options={environments.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={(id) => void toEnvironment(id)}
        />
      </Menu>
      <Menu
        align="start"
        trigger={
          <button type="button" className={styles.choice}>
            <GlobeIcon aria-hidden />
            <span className="only-heard">Region</span>
            <span className={styles.value}>
              {place.cloud} {place.region}
            </span>
            <CaretSortIcon aria-hidden />
          </button>
        }
      >
        <MenuChoices
          label="Region"
          value={chosen}
          options={regions.map((region) => ({
            value: regionKey(region),
            label: `${region.cloud} ${region.region}`,
          }))}
          onChange={(region) => void toRegion(region)}
        />
      </Menu>
    </div>
  );
}
