const tabs = ["overview", "use", "dependants", "credential", "audit"] as const;
export type ConnectionTab = (typeof tabs)[number];

export function connectionSearch(search: Readonly<Record<string, unknown>>): {
  readonly tab?: ConnectionTab | undefined;
} {
  return { tab: tabs.find((tab) => tab === search.tab) };
}
