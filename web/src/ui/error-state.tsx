import { ExclamationTriangleIcon } from "@radix-ui/react-icons";
import { errorText } from "../api/error-text.ts";
import { Button } from "./button.tsx";
import { CopyButton } from "./copy-button.tsx";
import styles from "./state.module.css";

interface ErrorStateProps {
  readonly error: unknown;
  /** Of a load; a change is repeated with the button that made it. */
  readonly onRetry?: (() => void) | undefined;
  readonly retryLabel?: string;
}

/** What failed, in the server's own sentence, with the id under which it stands in the log. */
export function ErrorState({ error, onRetry, retryLabel = "Retry" }: ErrorStateProps) {
  const { message, requestId } = errorText(error);
  return (
    <div className={styles.error} role="alert">
      <ExclamationTriangleIcon aria-hidden />
      <div className={styles.message}>
        <p>{message}</p>
        {requestId !== undefined && (
          <p className={styles.request}>
            Request <code>{requestId}</code>
            <CopyButton text={requestId} what="request id" />
          </p>
        )}
      </div>
      {onRetry !== undefined && (
        <Button size="small" onClick={onRetry}>
          {retryLabel}
        </Button>
      )}
    </div>
  );
}
