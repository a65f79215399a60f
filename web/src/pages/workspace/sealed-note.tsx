import { LockClosedIcon } from "@radix-ui/react-icons";
import styles from "./sealed-note.module.css";

interface SealedNoteProps {
  /** What became of the values that were masked as the statement was sent; undefined: there were none. */
  readonly masked: "sealed" | "gone" | undefined;
}

export function SealedNote({ masked }: SealedNoteProps) {
  return (
    <div role="status">
      {masked !== undefined && (
        <p className={styles.note}>
          <LockClosedIcon aria-hidden />
          <span>{sentences[masked]}</span>
        </p>
      )}
    </div>
  );
}

const sentences = {
  sealed: "The value is sealed and cannot be shown again. The editor keeps the masked text alone.",
  gone: "The value was masked as the statement was sent, and nothing of it was kept. Type it again to run the statement.",
} as const;
