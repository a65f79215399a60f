/** What the address holds. Never a text: it would stay in the browser's history. */
export interface WorkspaceSearch {
  /** `aws.us-east-1`; absent: the first. */
  readonly region?: string | undefined;
  /** Name of the statement that is shown below the editor. */
  readonly statement?: string | undefined;
  readonly tab?: WorkspaceTab | undefined;
}

const workspaceTabs = ["result", "statement", "recent"] as const;
export type WorkspaceTab = (typeof workspaceTabs)[number];

export function workspaceSearch(search: Readonly<Record<string, unknown>>): WorkspaceSearch {
  return {
    region: text(search.region),
    statement: text(search.statement),
    tab: workspaceTabs.find((tab) => tab === search.tab),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
