import { ExclamationTriangleIcon } from "@radix-ui/react-icons";
import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes.ts";
import styles from "./field.module.css";

export interface FieldTexts {
  readonly label: string;
  readonly hint?: ReactNode;
  /** One sentence; also marks the control as invalid. */
  readonly error?: string | undefined;
  /** Right of the label: "optional", a count. */
  readonly aside?: ReactNode;
}

/** What a control needs to be tied to its label, hint and error. */
interface ControlProps {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": boolean | undefined;
}

interface FieldProps extends FieldTexts {
  readonly children: (control: ControlProps) => ReactNode;
}

/** Label above, hint below, and the error in its place when there is one. */
export function Field({ label, hint, error, aside, children }: FieldProps) {
  const id = useId();
  const note = error ?? hint;
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label className={styles.label} htmlFor={id}>
          {label}
        </label>
        {aside !== undefined && <span className={styles.aside}>{aside}</span>}
      </div>
      {children({
        id,
        "aria-describedby": note === undefined ? undefined : `${id}-note`,
        "aria-invalid": error === undefined ? undefined : true,
      })}
      {note !== undefined && (
        <div id={`${id}-note`} className={error === undefined ? styles.hint : styles.error}>
          {error !== undefined && <ExclamationTriangleIcon aria-hidden />}
          <span>{note}</span>
        </div>
      )}
    </div>
  );
}

interface TextFieldProps extends FieldTexts, Omit<ComponentProps<"input">, "id"> {
  readonly isMono?: boolean;
}

export function TextField({
  label,
  hint,
  error,
  aside,
  isMono = false,
  className,
  ...input
}: TextFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => (
        <input
          spellCheck={false}
          autoComplete="off"
          {...input}
          {...control}
          className={classes(styles.control, isMono && styles.mono, className)}
        />
      )}
    </Field>
  );
}

interface SelectFieldProps extends FieldTexts, Omit<ComponentProps<"select">, "id"> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** The browser's own: it works with every keyboard, screen reader and phone, and puts no style sheet of its own on the page. */
export function SelectField({ label, hint, error, aside, options, ...select }: SelectFieldProps) {
  return (
    <Field label={label} hint={hint} error={error} aside={aside}>
      {(control) => (
        <select {...select} {...control} className={styles.control}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}
