import { queryOptions } from "@tanstack/react-query";
import { loadCode } from "../../shell/load-code.ts";

/** The editor is the largest part of the console: it comes when the page is opened, and what fails is tried again like a read. */
export const editorCodeQuery = queryOptions({
  queryKey: ["code", "sql-editor"],
  queryFn: async () => {
    const { SqlEditor } = await loadCode(() => import("./editor/sql-editor.tsx"), "The editor");
    return { SqlEditor };
  },
  staleTime: Number.POSITIVE_INFINITY,
  gcTime: Number.POSITIVE_INFINITY,
});
