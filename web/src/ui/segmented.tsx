import { RadioGroup } from "radix-ui";
import { type ReactNode, useId } from "react";
import styles from "./segmented.module.css";

interface SegmentedProps<Value extends string> {
  readonly label: string;
  readonly isLabelHidden?: boolean;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly label: ReactNode }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, all in view. Arrow keys choose. */
export function Segmented<Value extends string>({
  label,
  isLabelHidden = false,
  value,
  options,
  onChange,
}: SegmentedProps<Value>) {
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find((one) => one.value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <div>
      <div id={id} className={isLabelHidden ? "only-heard" : styles.legend}>
        {label}
      </div>
      <RadioGroup.Root
        className={styles.group}
        aria-labelledby={id}
        orientation="horizontal"
        value={value}
        onValueChange={choose}
      >
        {options.map((option) => (
          <RadioGroup.Item key={option.value} value={option.value} className={styles.item}>
            {option.label}
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
