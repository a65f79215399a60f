import { EyeClosedIcon, EyeOpenIcon, FileTextIcon } from "@radix-ui/react-icons";
import { type ChangeEvent, useRef, useState } from "react";
import { IconButton } from "./button.tsx";
import { classes } from "./classes.ts";
import fieldStyles from "./field.module.css";
import { Field, type FieldTexts } from "./field.tsx";
import styles from "./secret-field.module.css";

interface SecretFieldProps extends FieldTexts {
  readonly name: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly onBlur?: () => void;
  /** Many lines, such as a key file. */
  readonly isText?: boolean;
  readonly isRequired?: boolean;
  /** Most bytes in UTF-8; the count is shown as it comes near. */
  readonly limitBytes?: number;
  /** Of a password manager; a credential of a service is nothing for one. */
  readonly autoComplete?: "current-password" | "new-password" | "off";
}

/** A hidden value: masked while it is typed, and shown only as long as somebody asks for it. */
export function SecretField({
  name,
  value,
  onChange,
  onBlur,
  isText = false,
  isRequired = false,
  limitBytes,
  autoComplete = "off",
  ...texts
}: SecretFieldProps) {
  const [isRevealed, setIsRevealed] = useState(false);
  const file = useRef<HTMLInputElement>(null);
  const shared = {
    name,
    value,
    onBlur,
    required: isRequired,
    spellCheck: false,
    autoCapitalize: "off",
    "data-1p-ignore": autoComplete === "off" || undefined,
    onChange: ({ target }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => onChange(target.value),
  } as const;
  const readFile = async ({ target }: ChangeEvent<HTMLInputElement>) => {
    const [chosen] = target.files ?? [];
    if (chosen !== undefined) onChange((await chosen.text()).trimEnd());
    // The same file can be chosen again.
    target.value = "";
  };
  return (
    <Field {...texts} aside={<ByteCount value={value} limitBytes={limitBytes} otherwise={texts.aside} />}>
      {(control) => (
        <div className={styles.row}>
          {isText ? (
            <textarea
              {...shared}
              {...control}
              rows={5}
              autoComplete="off"
              className={classes(fieldStyles.control, fieldStyles.mono, !isRevealed && styles.masked)}
            />
          ) : (
            <input
              {...shared}
              {...control}
              type={isRevealed ? "text" : "password"}
              // Browsers offer to keep what stands in a password field unless it is called a new one.
              autoComplete={autoComplete === "off" ? "new-password" : autoComplete}
              className={classes(fieldStyles.control, fieldStyles.mono)}
            />
          )}
          <IconButton
            label={isRevealed ? `Hide ${texts.label}` : `Show ${texts.label}`}
            aria-pressed={isRevealed}
            variant="secondary"
            onClick={() => setIsRevealed(!isRevealed)}
          >
            {isRevealed ? <EyeClosedIcon aria-hidden /> : <EyeOpenIcon aria-hidden />}
          </IconButton>
          {isText && (
            <>
              <IconButton
                label={`Read ${texts.label} from a file`}
                variant="secondary"
                onClick={() => file.current?.click()}
              >
                <FileTextIcon aria-hidden />
              </IconButton>
              <input
                ref={file}
                type="file"
                className={styles.file}
                tabIndex={-1}
                aria-hidden
                onChange={readFile}
              />
            </>
          )}
        </div>
      )}
    </Field>
  );
}

interface ByteCountProps {
  readonly value: string;
  readonly limitBytes: number | undefined;
  readonly otherwise: FieldTexts["aside"];
}

function ByteCount({ value, limitBytes, otherwise }: ByteCountProps) {
  if (limitBytes === undefined) return otherwise;
  const sizeBytes = new TextEncoder().encode(value).length;
  if (sizeBytes < limitBytes * 0.75) return otherwise;
  const look = sizeBytes > limitBytes ? styles.over : styles.near;
  return (
    <span className={look}>
      {sizeBytes.toLocaleString()} of {limitBytes.toLocaleString()} bytes
    </span>
  );
}
