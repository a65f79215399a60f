import { Fragment, type ReactNode } from "react";
import styles from "./definition-list.module.css";

interface DefinitionListProps {
  /** Those without a value are left out. */
  readonly rows: readonly { readonly label: string; readonly value: ReactNode }[];
}

/** Names and values of one thing. */
export function DefinitionList({ rows }: DefinitionListProps) {
  return (
    <dl className={styles.list}>
      {rows
        .filter(({ value }) => value !== undefined && value !== null && value !== "")
        .map(({ label, value }) => (
          <Fragment key={label}>
            <dt>{label}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}
