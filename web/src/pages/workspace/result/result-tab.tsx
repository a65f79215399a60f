import { ExclamationTriangleIcon, MagicWandIcon } from "@radix-ui/react-icons";
import { useQuery } from "@tanstack/react-query";
import type { Place } from "../../../../../src/client/place.ts";
import { statementQuery } from "../../../api/queries/statements.ts";
import { useClient } from "../../../services.ts";
import { Button } from "../../../ui/button.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { RelativeTime } from "../../../ui/relative-time.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { StatementPhase } from "../statement-phase.tsx";
import type { Run } from "../use-run.ts";
import { Examples } from "./examples.tsx";
import styles from "./result-tab.module.css";
import { StatementRows } from "./statement-rows.tsx";

interface ResultTabProps {
  readonly place: Place;
  readonly run: Run;
  /** Of the statement that is shown while none is run. */
  readonly name: string | undefined;
  /** Writes what the refusal offers. */
  readonly onFix: () => void;
  readonly onExample: (text: string) => void;
}

export function ResultTab({ place, run, name, onFix, onExample }: ResultTabProps) {
  if (run.status === "running") return <RunningStatement masked={run.masked} />;
  if (run.status === "refused") return <RefusedStatement run={run} onFix={onFix} />;
  if (name === undefined) return <Examples onChoose={onExample} />;
  return <StatementResult place={place} name={name} />;
}

function RunningStatement({ masked }: { readonly masked: string }) {
  return (
    <div className={styles.result} role="status" aria-label="The statement runs">
      <p className={styles.summary}>
        <StatementPhase phase="RUNNING" />
        <code className={styles.line}>{masked}</code>
      </p>
      <Skeleton width="60%" />
      <Skeleton width="45%" />
    </div>
  );
}

interface RefusedStatementProps {
  readonly run: Extract<Run, { readonly status: "refused" }>;
  readonly onFix: () => void;
}

/** No statement came of it. Its text stands in the editor, with the word at fault underlined. */
function RefusedStatement({ run, onFix }: RefusedStatementProps) {
  const { message, requestId, suggestion, mayHaveRun } = run;
  return (
    <div className={styles.result}>
      <div className={styles.refusal} role="alert">
        <ExclamationTriangleIcon aria-hidden />
        <div className={styles.words}>
          <p>{message}</p>
          {mayHaveRun && (
            <p className={styles.aside}>
              It may have run all the same: the recent statements say whether it did.
            </p>
          )}
          {requestId !== undefined && (
            <p className={styles.aside}>
              <span>Request</span> <code>{requestId}</code>
              <CopyButton text={requestId} what="request id" />
            </p>
          )}
        </div>
        {suggestion !== undefined && (
          <Button size="small" icon={<MagicWandIcon aria-hidden />} onClick={onFix}>
            Write {suggestion}
          </Button>
        )}
      </div>
    </div>
  );
}

function StatementResult({ place, name }: { readonly place: Place; readonly name: string }) {
  const { data, error, refetch } = useQuery(statementQuery(useClient(), place, name));
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) return <Skeleton width="40%" />;
  const { status, metadata } = data;
  const columns = status.traits?.schema.columns ?? [];
  const isFailed = status.phase === "FAILED";
  return (
    <div className={styles.result}>
      <div className={styles.summary} role={isFailed ? "alert" : "status"}>
        <StatementPhase phase={status.phase} />
        {status.detail !== "" && <span className={styles.detail}>{status.detail}</span>}
        <span className={styles.time}>
          <RelativeTime at={metadata.created_at} />
        </span>
      </div>
      {columns.length > 0 && (
        <StatementRows place={place} name={name} columns={columns.map((column) => column.name)} />
      )}
    </div>
  );
}
