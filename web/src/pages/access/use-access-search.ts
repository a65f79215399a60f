import { useNavigate, useSearch } from "@tanstack/react-router";
import type { AccessSearch } from "./access-search.ts";

/** What the address says, and how to change it. */
export function useAccessSearch() {
  const search: AccessSearch = useSearch({ strict: false });
  const navigate = useNavigate();
  const change = (changed: AccessSearch) =>
    void navigate({ to: ".", search: { ...search, ...changed }, replace: true, resetScroll: false });
  return { search, change };
}
