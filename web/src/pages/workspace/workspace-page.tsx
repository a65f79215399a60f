import { PlayIcon } from "@radix-ui/react-icons";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo, useRef, useState } from "react";
import { connectionTypesQuery } from "../../api/queries/connection-types.ts";
import { connectionNamesQuery } from "../../api/queries/connections.ts";
import { useWhoami } from "../../api/queries/whoami.ts";
import { useClient } from "../../services.ts";
import { useRights } from "../../session/use-rights.ts";
import { Page } from "../../shell/page.tsx";
import { useEnvironmentName } from "../../shell/use-environment-place.ts";
import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { Tabs } from "../../ui/tabs.tsx";
import type { EditorHandle } from "./editor/sql-editor.tsx";
import { editorCodeQuery } from "./editor-code.ts";
import { PlaceBar } from "./place-bar.tsx";
import { RecentTab } from "./recent-tab.tsx";
import { ResultTab } from "./result/result-tab.tsx";
import { SealedNote } from "./sealed-note.tsx";
import { sqlKnowledge } from "./sql-knowledge.ts";
import { StatementTab } from "./statement-tab.tsx";
import { useRun } from "./use-run.ts";
import { useWorkspaceCrumbs } from "./use-workspace-crumbs.ts";
import { useWorkspacePlace } from "./use-workspace-place.ts";
import styles from "./workspace-page.module.css";
import type { WorkspaceSearch, WorkspaceTab } from "./workspace-search.ts";

const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** SQL: the editor above, and below it what became of a statement. */
export function WorkspacePage() {
  const place = useWorkspacePlace();
  const crumbs = useWorkspaceCrumbs();
  const mayRun = useRights(place.environmentId).includes("statement:run");
  return (
    <Page title="SQL workspace" crumbs={crumbs}>
      {mayRun ? (
        <Workspace />
      ) : (
        <EmptyState
          title="You may not run statements here"
          lines={["It takes the role FlinkDeveloper, FlinkAdmin, EnvironmentAdmin or OrganizationAdmin."]}
        />
      )}
    </Page>
  );
}

function Workspace() {
  const search = useSearch({ from: "/shell/environments/$environment/workspace" });
  const { statement, tab = "result" } = search;
  const place = useWorkspacePlace();
  const client = useClient();
  const queries = useQueryClient();
  const { principal } = useWhoami();
  const environmentName = useEnvironmentName();
  const navigate = useNavigate({ from: "/environments/$environment/workspace" });
  const catalogue = useQuery(connectionTypesQuery(client));
  const code = useQuery(editorCodeQuery);
  const SqlEditor = code.data?.SqlEditor;
  const knowledge = useMemo(() => catalogue.data && sqlKnowledge(catalogue.data), [catalogue.data]);
  const editor = useRef<EditorHandle>(null);
  const runButton = useRef<HTMLButtonElement>(null);
  const [masked, setMasked] = useState<"sealed" | "gone">();
  const show = (changed: WorkspaceSearch) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace: true, resetScroll: false });
  const { run, send, refuse, forget } = useRun({
    place,
    onDone: ({ name, status }) => {
      if (status.phase === "FAILED") setMasked((before) => before && "gone");
      show({ statement: name, tab: undefined });
    },
    onRefused: () => setMasked((before) => before && "gone"),
    onFault: (fault) => editor.current?.showFault(fault),
  });
  const runStatement = () => {
    if (run.status === "running") return;
    const taken = editor.current?.take();
    if (taken === undefined) return;
    show({ tab: undefined });
    if (taken.kind === "nothing") {
      editor.current?.focus();
    } else if (taken.kind === "refused") {
      setMasked(undefined);
      refuse(taken.message);
    } else {
      setMasked(taken.sent.masked === taken.sent.text ? undefined : "sealed");
      void send(taken.sent);
    }
  };
  const isEditorReady = SqlEditor !== undefined && knowledge !== undefined;
  // What the editor has already stays, whatever became of a later read.
  const failed = isEditorReady ? undefined : [code, catalogue].find(({ error }) => error !== null);
  const connectionNames = () =>
    queries.fetchQuery(connectionNamesQuery(client, place)).catch((): readonly string[] => []);
  return (
    <div className={styles.workspace}>
      <section className={styles.frame} aria-label="Editor">
        <div className={styles.bar}>
          <PlaceBar place={place} />
          <Button
            ref={runButton}
            variant="primary"
            icon={<PlayIcon aria-hidden />}
            isBusy={run.status === "running"}
            aria-keyshortcuts={isMac ? "Meta+Enter" : "Control+Enter"}
            onClick={runStatement}
          >
            Run
            <kbd className={styles.keys} aria-hidden>
              {isMac ? "⌘ ↵" : "Ctrl ↵"}
            </kbd>
          </Button>
        </div>
        <div className={styles.editor} aria-busy={!isEditorReady && failed === undefined}>
          {failed !== undefined && <ErrorState error={failed.error} onRetry={failed.refetch} />}
          {isEditorReady ? (
            <SqlEditor
              ref={editor}
              knowledge={knowledge}
              principal={principal.id}
              connectionNames={connectionNames}
              catalogs={() => [environmentName, place.environmentId]}
              onRun={runStatement}
              onLeave={() => runButton.current?.focus()}
              onChange={() => setMasked((before) => (before === "gone" ? undefined : before))}
            />
          ) : (
            failed === undefined && <EditorSkeleton />
          )}
        </div>
        <SealedNote masked={run.status === "running" ? undefined : masked} />
      </section>
      <Tabs<WorkspaceTab>
        label="What to see of statements"
        value={tab}
        tabs={[
          { value: "result", label: "Result" },
          { value: "statement", label: "Statement" },
          { value: "recent", label: "Recent" },
        ]}
        onChange={(chosen) => show({ tab: chosen === "result" ? undefined : chosen })}
      >
        {tab === "result" && (
          <ResultTab
            place={place}
            run={run}
            name={statement}
            onFix={() => {
              editor.current?.fix();
              forget();
            }}
            onExample={(text) => editor.current?.append(text)}
          />
        )}
        {tab === "statement" && (
          <StatementTab place={place} name={statement} onOpen={(text) => editor.current?.append(text)} />
        )}
        {tab === "recent" && (
          <RecentTab
            place={place}
            onShow={(name) => {
              forget();
              show({ statement: name, tab: undefined });
            }}
            onOpen={(text) => editor.current?.append(text)}
          />
        )}
      </Tabs>
    </div>
  );
}

function EditorSkeleton() {
  return (
    <div className={styles.skeleton}>
      <Skeleton width="34%" />
      <Skeleton width="22%" />
      <Skeleton width="48%" />
    </div>
  );
}
