import { ChevronDownIcon } from "@radix-ui/react-icons";
import { classes } from "./classes.ts";
import styles from "./filter-menu.module.css";
import { Menu, MenuChoices, MenuItem, MenuLine } from "./menu.tsx";

interface ChoiceFilterProps {
  readonly label: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** Without it, one is always chosen. */
  readonly onClear?: () => void;
  readonly onChange: (value: string) => void;
}

/** A chip for what a list can be filtered by one value of only. */
export function ChoiceFilter({ label, value, options, onClear, onChange }: ChoiceFilterProps) {
  const word = options.find((option) => option.value === value)?.label ?? value;
  return (
    <Menu
      align="start"
      trigger={
        <button type="button" className={classes(styles.chip, word !== undefined && styles.active)}>
          <span className="only-heard">Filter by </span>
          {word === undefined ? label : `${label}:`}
          {word !== undefined && <span className={styles.value}>{word}</span>}
          <ChevronDownIcon aria-hidden />
        </button>
      }
    >
      <MenuChoices label={label} value={value ?? ""} options={options} onChange={onChange} />
      {value !== undefined && onClear !== undefined && (
        <>
          <MenuLine />
          <MenuItem onSelect={onClear}>Clear</MenuItem>
        </>
      )}
    </Menu>
  );
}
