import { useInfiniteQuery } from "@tanstack/react-query";
import type { Place } from "../../../../../src/client/place.ts";
import type { ResultRow } from "../../../../../src/client/statements.ts";
import { statementResultsQuery } from "../../../api/queries/statements.ts";
import { count } from "../../../format/count.ts";
import { useClient } from "../../../services.ts";
import { Button } from "../../../ui/button.tsx";
import { CodeBlock } from "../../../ui/code-block.tsx";
import { CopyButton } from "../../../ui/copy-button.tsx";
import { DefinitionList } from "../../../ui/definition-list.tsx";
import { ErrorState } from "../../../ui/error-state.tsx";
import { Skeleton } from "../../../ui/skeleton.tsx";
import { csvText } from "./csv-text.ts";
import { ResultTable } from "./result-table.tsx";
import styles from "./statement-rows.module.css";

interface StatementRowsProps {
  readonly place: Place;
  readonly name: string;
  readonly columns: readonly string[];
}

/** The rows that a statement brought, page by page. */
export function StatementRows({ place, name, columns }: StatementRowsProps) {
  const list = useInfiniteQuery(statementResultsQuery(useClient(), place, name));
  if (list.error !== null && list.data === undefined) {
    return <ErrorState error={list.error} onRetry={list.refetch} />;
  }
  if (list.data === undefined) return <Skeleton width="50%" />;
  const rows = list.data.pages.flatMap(({ results }) => results.data.map(({ row }) => row));
  const text = wholeText(rows);
  if (text !== undefined) return <CodeBlock code={text} what={columns[0] ?? "Result"} />;
  const [record] = rows;
  const isRecord = rows.length === 1 && columns.length > mostColumns;
  return (
    <div className={styles.rows}>
      <div className={styles.bar}>
        <span className={styles.count}>
          {list.hasNextPage ? `First ${count(rows.length, "row")}` : count(rows.length, "row")}
        </span>
        {list.hasNextPage && (
          <Button size="small" isBusy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Load more
          </Button>
        )}
        {rows.length > 0 && (
          <CopyButton text={csvText([columns, ...rows])} what="as CSV" label="Copy as CSV" isIcon={false} />
        )}
      </div>
      {list.error !== null && <ErrorState error={list.error} onRetry={() => void list.fetchNextPage()} />}
      {isRecord && record !== undefined ? (
        <Record columns={columns} row={record} />
      ) : (
        rows.length > 0 && <ResultTable columns={columns} rows={rows} isWhole={!list.hasNextPage} />
      )}
    </div>
  );
}

/** Of one thing, such as DESCRIBE brings: what would be a long line is read from top to bottom. */
const mostColumns = 3;

function Record({ columns, row }: { readonly columns: readonly string[]; readonly row: ResultRow }) {
  return (
    <DefinitionList
      rows={columns.map((label, index) => ({
        label,
        value: <code className={styles.value}>{row[index] ?? "NULL"}</code>,
      }))}
    />
  );
}

/** One cell of several lines, such as SHOW CREATE brings, is a text and no table. */
function wholeText(rows: readonly ResultRow[]): string | undefined {
  const [row] = rows;
  const [cell] = row ?? [];
  return rows.length === 1 && row?.length === 1 && cell?.includes("\n") ? cell : undefined;
}
