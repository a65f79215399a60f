import { CheckIcon } from "@radix-ui/react-icons";
import { DropdownMenu } from "radix-ui";
import type { ReactNode } from "react";
import { classes } from "./classes.ts";
import styles from "./menu.module.css";

interface MenuProps {
  /** The button that opens it. */
  readonly trigger: ReactNode;
  readonly children: ReactNode;
  readonly align?: "start" | "end";
  readonly side?: "top" | "bottom";
}

/** Not modal: a modal menu writes a style sheet into the page, which the Content-Security-Policy forbids. */
export function Menu({ trigger, children, align = "end", side = "bottom" }: MenuProps) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          className={styles.menu}
          align={align}
          side={side}
          sideOffset={4}
          collisionPadding={8}
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

interface MenuItemProps {
  readonly icon?: ReactNode;
  readonly children: ReactNode;
  readonly isDanger?: boolean;
  readonly isDisabled?: boolean;
  readonly onSelect: () => void;
}

export function MenuItem({ icon, children, isDanger = false, isDisabled = false, onSelect }: MenuItemProps) {
  return (
    <DropdownMenu.Item
      className={classes(styles.item, isDanger && styles.danger)}
      disabled={isDisabled}
      onSelect={onSelect}
    >
      {icon}
      {children}
    </DropdownMenu.Item>
  );
}

interface MenuChoicesProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[];
  readonly onChange: (value: string) => void;
}

/** One of several, with a tick beside the one that holds. */
export function MenuChoices({ label, value, options, onChange }: MenuChoicesProps) {
  return (
    <>
      <DropdownMenu.Label className={styles.label}>{label}</DropdownMenu.Label>
      <DropdownMenu.RadioGroup value={value} onValueChange={onChange}>
        {options.map((option) => (
          <DropdownMenu.RadioItem key={option.value} value={option.value} className={styles.item}>
            <Tick />
            {option.label}
          </DropdownMenu.RadioItem>
        ))}
      </DropdownMenu.RadioGroup>
    </>
  );
}

interface MenuTicksProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly options: readonly { readonly value: string; readonly label: ReactNode }[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Any of several; the menu stays open while one chooses. */
export function MenuTicks({ label, chosen, options, onChange }: MenuTicksProps) {
  return (
    <DropdownMenu.Group>
      <DropdownMenu.Label className={styles.label}>{label}</DropdownMenu.Label>
      {options.map(({ value, label: text }) => (
        <DropdownMenu.CheckboxItem
          key={value}
          className={styles.item}
          checked={chosen.includes(value)}
          onSelect={(event) => event.preventDefault()}
          onCheckedChange={(isChosen) =>
            onChange(isChosen ? [...chosen, value] : chosen.filter((one) => one !== value))
          }
        >
          <Tick />
          {text}
        </DropdownMenu.CheckboxItem>
      ))}
    </DropdownMenu.Group>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className={styles.line} />;
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <DropdownMenu.Label className={styles.label}>{children}</DropdownMenu.Label>;
}

function Tick() {
  return (
    <span className={styles.check}>
      <DropdownMenu.ItemIndicator>
        <CheckIcon aria-hidden />
      </DropdownMenu.ItemIndicator>
    </span>
  );
}
