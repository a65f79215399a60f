import { Cross2Icon, PlusIcon } from "@radix-ui/react-icons";
import { Button, IconButton } from "../../../ui/button.tsx";
import { classes } from "../../../ui/classes.ts";
import fieldStyles from "../../../ui/field.module.css";
import styles from "./claims-field.module.css";

export interface Claim {
  /** Of the row: a name changes while it is typed. */
  readonly id: string;
  readonly name: string;
  readonly value: string;
}

interface ClaimsFieldProps {
  readonly claims: readonly Claim[];
  readonly onChange: (claims: readonly Claim[]) => void;
}

/** Claims that a token must have, each with exactly its value. */
export function ClaimsField({ claims, onChange }: ClaimsFieldProps) {
  const change = (id: string, changed: Partial<Claim>) =>
    onChange(claims.map((claim) => (claim.id === id ? { ...claim, ...changed } : claim)));
  const control = classes(fieldStyles.control, fieldStyles.mono);
  return (
    <fieldset className={styles.claims}>
      <legend className={styles.legend}>Claims</legend>
      {claims.map(({ id, name, value }, index) => (
        <div key={id} className={styles.row}>
          <input
            className={control}
            aria-label={`Name of claim ${index + 1}`}
            placeholder="repository"
            spellCheck={false}
            autoComplete="off"
            value={name}
            onChange={({ target }) => change(id, { name: target.value })}
          />
          <input
            className={control}
            aria-label={`Value of claim ${index + 1}`}
            placeholder="acme/shop"
            spellCheck={false}
            autoComplete="off"
            value={value}
            onChange={({ target }) => change(id, { value: target.value })}
          />
          <IconButton
            label={`Remove claim ${index + 1}`}
            isDisabled={claims.length === 1}
            onClick={() => onChange(claims.filter((claim) => claim.id !== id))}
          >
            <Cross2Icon aria-hidden />
          </IconButton>
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon={<PlusIcon aria-hidden />}
          onClick={() => onChange([...claims, { id: crypto.randomUUID(), name: "", value: "" }])}
        >
          Add claim
        </Button>
      </div>
      <p className={fieldStyles.hint}>
        At least one that only your own jobs have. A JSON pointer such as{" "}
        <code>/kubernetes.io/namespace</code> leads deeper.
      </p>
    </fieldset>
  );
}
