import type { ConnectionType } from "../../../../src/client/connection-types.ts";
import { type Column, ListTable, TwoLines } from "../../ui/list-table.tsx";
import styles from "./field-table.module.css";

type TypeField = ConnectionType["options"][number];

const visibilities = {
  public: "Shown to all who may list",
  identifying: "Sealed; shown to those who may rotate",
  secret: "Sealed, never shown",
} as const;

interface FieldTableProps {
  readonly label: string;
  readonly fields: readonly TypeField[];
}

export function FieldTable({ label, fields }: FieldTableProps) {
  return (
    <ListTable
      label={label}
      columns={columns}
      items={fields}
      idOf={({ key }) => key}
      error={null}
      onRetry={() => undefined}
      empty={<p className={styles.none}>It takes none.</p>}
    />
  );
}

const columns: readonly Column<TypeField>[] = [
  {
    label: "Option in SQL",
    width: "24%",
    render: ({ key, visibility }) => (
      <TwoLines below={visibilities[visibility]}>
        <code>{key}</code>
      </TwoLines>
    ),
  },
  { label: "Needed", width: "92px", render: ({ required }) => (required ? "Yes" : "No") },
  {
    label: "Kept",
    room: "tablet",
    isText: true,
    width: "32%",
    render: ({ visibility }) => visibilities[visibility],
  },
  {
    label: "What it is",
    room: "tablet",
    isText: true,
    render: aboutOf,
  },
];

function aboutOf({ label, hint, values, default: standard, only_with }: TypeField): string {
  return [
    hint ?? label,
    values && `One of ${values.join(", ")}`,
    standard && `${standard} without it`,
    only_with && `only with ${only_with.option} = ${only_with.value}`,
  ]
    .filter(Boolean)
    .join("; ");
}
