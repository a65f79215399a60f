import { ChevronDownIcon } from "@radix-ui/react-icons";
import { classes } from "./classes.ts";
import styles from "./filter-menu.module.css";
import { Menu, MenuItem, MenuLine, MenuTicks } from "./menu.tsx";

interface FilterMenuProps {
  /** "Type", "Status". */
  readonly label: string;
  readonly chosen: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: string }[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** A chip that says what a list is filtered by, and a menu to choose it. */
export function FilterMenu({ label, chosen, options, onChange }: FilterMenuProps) {
  const words = chosen.map((value) => options.find((option) => option.value === value)?.label ?? value);
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={classes(styles.chip, chosen.length > 0 && styles.active)}>
          <span className="only-heard">Filter by </span>
          {words.length > 0 ? `${label}:` : label}
          {words.length > 0 && <span className={styles.value}>{words.join(", ")}</span>}
          <ChevronDownIcon aria-hidden />
        </button>
      }
    >
      <MenuTicks label={label} chosen={chosen} options={options} onChange={onChange} />
      {chosen.length > 0 && (
        <>
          <MenuLine />
          <MenuItem onSelect={() => onChange([])}>Clear</MenuItem>
        </>
      )}
    </Menu>
  );
}
