import type { FormEvent, ReactNode } from "react";
import mark from "../keymoor.svg";
import styles from "./entrance.module.css";

interface EntranceProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly onSubmit: () => void;
  readonly children: ReactNode;
}

/** The frame of the pages that one sees before one is signed in. */
export function Entrance({ title, lead, onSubmit, children }: EntranceProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <main className={styles.page}>
      <form className={styles.card} noValidate onSubmit={submit}>
        <div className={styles.head}>
          <img src={mark} alt="" width={32} height={32} />
          <h1>{title}</h1>
          {lead !== undefined && <p className={styles.lead}>{lead}</p>}
        </div>
        {children}
      </form>
    </main>
  );
}

export function EntranceNote({ children }: { readonly children: ReactNode }) {
  return (
    <p className={styles.note} role="status">
      {children}
    </p>
  );
}

export function EntranceFoot({ children }: { readonly children: ReactNode }) {
  return <p className={styles.foot}>{children}</p>;
}
