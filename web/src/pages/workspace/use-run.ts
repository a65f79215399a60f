import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { ClientError } from "../../../../src/client/client-error.ts";
import type { Place } from "../../../../src/client/place.ts";
import { createStatement, type Statement } from "../../../../src/client/statements.ts";
import { errorText } from "../../api/error-text.ts";
import { connectionListsKey } from "../../api/queries/connections.ts";
import { recentStatementsKey, statementQuery } from "../../api/queries/statements.ts";
import { useClient } from "../../services.ts";
import type { SentStatement } from "./editor/sent-statement.ts";
import type { RunFault } from "./editor/statement-lint.ts";
import { suggestionIn } from "./editor/suggestion.ts";

/** What became of the statement that was run last, as long as it is none of the server's. */
export type Run =
  | { readonly status: "none" }
  | { readonly status: "running"; readonly masked: string }
  | {
      readonly status: "refused";
      readonly message: string;
      readonly requestId?: string;
      /** The word that is meant in the place of the one at fault. */
      readonly suggestion: string | undefined;
      /** The request is gone, and nobody knows how far it came. */
      readonly mayHaveRun: boolean;
    };

interface RunSetup {
  readonly place: Place;
  readonly onDone: (statement: Statement) => void;
  readonly onRefused: () => void;
  /** The word that it was refused for. */
  readonly onFault: (fault: RunFault) => void;
}

/**
 * Sends statements, one at a time. No mutation of TanStack Query: that would keep the text as it was typed, secrets and all, for as
 * long as the page is open. Here it is in the request alone.
 */
export function useRun({ place, onDone, onRefused, onFault }: RunSetup) {
  const client = useClient();
  const queries = useQueryClient();
  const [run, setRun] = useState<Run>({ status: "none" });
  const isRunning = useRef(false);
  const send = async (sent: SentStatement) => {
    if (isRunning.current) return;
    isRunning.current = true;
    const { text, masked } = sent;
    setRun({ status: "running", masked });
    try {
      const statement = await createStatement(client, place, {
        name: "",
        statement: text,
        properties: sessionProperties(place),
      });
      queries.setQueryData(statementQuery(client, place, statement.name).queryKey, statement);
      setRun({ status: "none" });
      onDone(statement);
      void queries.invalidateQueries({ queryKey: recentStatementsKey });
      if (/CONNECTION/.test(statement.status.traits?.sql_kind ?? "")) {
        void queries.invalidateQueries({ queryKey: connectionListsKey });
        void queries.invalidateQueries({ queryKey: ["connection", place.environmentId] });
      }
    } catch (error) {
      const { message, ...more } = errorText(error);
      const words = { ...more, message: sent.inEditor(message) };
      const mayHaveRun = error instanceof ClientError && error.kind === "unreachable";
      const suggestion = suggestionIn(words.message);
      setRun({ status: "refused", ...words, suggestion, mayHaveRun });
      if (error instanceof ClientError && error.details.position !== undefined) {
        onFault({ ...sent.spanOf(error.details.position), message: words.message });
      }
      onRefused();
    } finally {
      isRunning.current = false;
    }
  };
  /** What the editor does not even send. */
  const refuse = (message: string) =>
    setRun({ status: "refused", message, suggestion: suggestionIn(message), mayHaveRun: false });
  return { run, send, refuse, forget: () => setRun({ status: "none" }) };
}

/** The environment is the catalog, and times are the reader's (contract/cli.md 7). */
function sessionProperties({ environmentId }: Place): Readonly<Record<string, string>> {
  return {
    "sql.current-catalog": environmentId,
    "sql.local-time-zone": Intl.DateTimeFormat().resolvedOptions().timeZone,
  };
}
