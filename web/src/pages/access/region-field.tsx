import { useWhoami } from "../../api/queries/whoami.ts";
import { SelectField } from "../../ui/field.tsx";

interface RegionFieldProps {
  /** `aws.us-east-1` */
  readonly value: string;
  /** Stands before the regions, with no region as its value. */
  readonly all?: string;
  readonly onChange: (region: string) => void;
}

export function RegionField({ value, all, onChange }: RegionFieldProps) {
  const { regions } = useWhoami();
  return (
    <SelectField
      label="Region"
      value={value}
      options={[
        ...(all === undefined ? [] : [{ value: "", label: all }]),
        ...regions.map(({ cloud, region }) => ({
          value: `${cloud.toLowerCase()}.${region}`,
          label: `${cloud} ${region}`,
        })),
      ]}
      onChange={({ target }) => onChange(target.value)}
    />
  );
}
