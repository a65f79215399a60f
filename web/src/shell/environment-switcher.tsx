import { CaretSortIcon } from "@radix-ui/react-icons";
import { useNavigate } from "@tanstack/react-router";
import { useWhoami } from "../api/queries/whoami.ts";
import { Menu, MenuChoices, MenuItem, MenuLine } from "../ui/menu.tsx";
import styles from "./rail.module.css";
import { useCurrentEnvironment } from "./use-current-environment.ts";

/** Which environment one works in. Changing it opens that one's connections. */
export function EnvironmentSwitcher({ isFolded }: { readonly isFolded: boolean }) {
  const { environments } = useWhoami();
  const current = useCurrentEnvironment();
  const navigate = useNavigate();
  const open = (environment: string) =>
    navigate({ to: "/environments/$environment/connections", params: { environment } });
  const name = current?.name ?? "None";
  return (
    <Menu
      align="start"
      trigger={
        <button
          type="button"
          className={styles.switcher}
          {...(isFolded && { "aria-label": `Environment: ${name}`, title: name })}
        >
          {!isFolded && (
            <span>
              <span className={styles.above}>Environment</span>
              <span className={styles.name}>{name}</span>
            </span>
          )}
          <CaretSortIcon aria-hidden />
        </button>
      }
    >
      <MenuChoices
        label="Environment"
        value={current?.id ?? ""}
        options={environments.map(({ id, name: label }) => ({ value: id, label }))}
        onChange={open}
      />
      <MenuLine />
      <MenuItem onSelect={() => navigate({ to: "/environments" })}>All environments</MenuItem>
    </Menu>
  );
}
