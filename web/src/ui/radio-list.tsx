import { RadioGroup } from "radix-ui";
import { type ReactNode, useId } from "react";
import styles from "./radio-list.module.css";

interface RadioListProps<Value extends string> {
  readonly label: string;
  readonly value: Value | undefined;
  readonly options: readonly {
    readonly value: Value;
    readonly label: string;
    readonly description?: ReactNode;
    /** Why it cannot be chosen. */
    readonly because?: string | undefined;
  }[];
  readonly onChange: (value: Value) => void;
}

/** One of a few, each with a line that says what it means. */
export function RadioList<Value extends string>({ label, value, options, onChange }: RadioListProps<Value>) {
  const id = useId();
  const choose = (chosen: string) => {
    const option = options.find((one) => one.value === chosen);
    if (option !== undefined) onChange(option.value);
  };
  return (
    <div>
      <div id={id} className={styles.legend}>
        {label}
      </div>
      <RadioGroup.Root
        className={styles.list}
        aria-labelledby={id}
        value={value ?? null}
        onValueChange={choose}
      >
        {options.map((option) => (
          <RadioGroup.Item
            key={option.value}
            value={option.value}
            disabled={option.because !== undefined}
            className={styles.item}
            aria-labelledby={`${id}-${option.value}`}
            aria-describedby={`${id}-${option.value}-about`}
          >
            <span className={styles.circle} aria-hidden>
              <RadioGroup.Indicator className={styles.dot} />
            </span>
            <span>
              <span id={`${id}-${option.value}`} className={styles.label}>
                {option.label}
              </span>
              <span id={`${id}-${option.value}-about`} className={styles.description}>
                {option.because ?? option.description}
              </span>
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </div>
  );
}
