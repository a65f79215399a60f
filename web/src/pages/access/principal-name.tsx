import styles from "./principal-name.module.css";
import { usePrincipals } from "./use-principals.ts";

/** By name where one may know it, with the id beside it. */
export function PrincipalName({ id }: { readonly id: string }) {
  const found = usePrincipals().find((one) => one.id === id);
  if (found === undefined) return <code>{id}</code>;
  return (
    <span title={`${found.name} (${id})`}>
      {found.name} <code className={styles.id}>{id}</code>
    </span>
  );
}
