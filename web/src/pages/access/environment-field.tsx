import { useWhoami } from "../../api/queries/whoami.ts";
import { SelectField } from "../../ui/field.tsx";

interface EnvironmentFieldProps {
  readonly value: string;
  /** Only these; all that one knows without it. */
  readonly ids?: readonly string[];
  readonly onChange: (id: string) => void;
}

export function EnvironmentField({ value, ids, onChange }: EnvironmentFieldProps) {
  const { environments } = useWhoami();
  return (
    <SelectField
      label="Environment"
      value={value}
      options={environments
        .filter(({ id }) => ids?.includes(id) ?? true)
        .map(({ id, name }) => ({ value: id, label: `${name} (${id})` }))}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
