import { TextField } from "../../../ui/field.tsx";

interface KeyNameFieldsProps {
  readonly name: string;
  readonly description: string;
  readonly onName: (name: string) => void;
  readonly onDescription: (description: string) => void;
}

export function KeyNameFields({ name, description, onName, onDescription }: KeyNameFieldsProps) {
  return (
    <>
      <TextField
        label="Name"
        aside="Optional"
        placeholder="ci"
        maxLength={200}
        value={name}
        onChange={({ target }) => onName(target.value)}
      />
      <TextField
        label="Description"
        aside="Optional"
        placeholder="deploys the orders job"
        maxLength={1000}
        value={description}
        onChange={({ target }) => onDescription(target.value)}
      />
    </>
  );
}
