import { Button } from "../../ui/button.tsx";
import { EmptyState } from "../../ui/empty-state.tsx";

/** A filter that leaves nothing of a list that has something. */
export function NothingFound({ what, onClear }: { readonly what: string; readonly onClear: () => void }) {
  return (
    <EmptyState
      title={`No ${what} found`}
      lines={["Nothing in the list is like what you filter by."]}
      actions={<Button onClick={onClear}>Clear filters</Button>}
    />
  );
}
