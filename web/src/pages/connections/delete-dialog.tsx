import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { deleteConnection } from "../../../../src/client/connections.ts";
import type { Place } from "../../../../src/client/place.ts";
import { connectionKey, connectionListsKey } from "../../api/queries/connections.ts";
import { dependantsQuery } from "../../api/queries/dependants.ts";
import { count } from "../../format/count.ts";
import { useClient, useServices } from "../../services.ts";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { ErrorState } from "../../ui/error-state.tsx";
import { TextField } from "../../ui/field.tsx";
import { RelativeTime } from "../../ui/relative-time.tsx";
import { Skeleton } from "../../ui/skeleton.tsx";
import { useToasts } from "../../ui/toast.tsx";
import styles from "./delete-dialog.module.css";

interface DeleteDialogProps {
  readonly place: Place;
  readonly name: string;
  readonly onClose: () => void;
  readonly onDeleted?: () => void;
}

/** Says what stands on the connection, and asks for its name before it is destroyed. */
export function DeleteDialog({ place, name, onClose, onDeleted }: DeleteDialogProps) {
  const { client, queries } = useServices();
  const { say } = useToasts();
  const [typed, setTyped] = useState("");
  const deletion = useMutation({
    mutationFn: () => deleteConnection(client, place, name),
    onSuccess: () => {
      say(`Connection ${name} deleted`);
      queries.removeQueries({ queryKey: connectionKey(place, name) });
      void queries.invalidateQueries({ queryKey: connectionListsKey });
      onClose();
      onDeleted?.();
    },
  });
  const isSame = typed === name;
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={`Delete ${name}`}
      description="The connection and every version of its credential are destroyed. What uses it fails from its next use on."
      onSubmit={() => {
        if (isSame && !deletion.isPending) deletion.mutate();
      }}
      actions={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="danger" isDisabled={!isSame} isBusy={deletion.isPending}>
            Delete connection
          </Button>
        </>
      }
    >
      <Uses place={place} name={name} />
      {deletion.isError && <ErrorState error={deletion.error} />}
      <TextField
        label={`Type ${name} to confirm`}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        isMono
        autoFocus
      />
    </Dialog>
  );
}

const mostShown = 5;

function Uses({ place, name }: Pick<DeleteDialogProps, "place" | "name">) {
  const { data, error, refetch } = useQuery(dependantsQuery(useClient(), place, name));
  if (error !== null) return <ErrorState error={error} onRetry={refetch} />;
  if (data === undefined) {
    return (
      <div className={styles.uses} aria-busy>
        <Skeleton width="50%" />
        <Skeleton width="70%" />
      </div>
    );
  }
  const [latest] = data.callers;
  const definitions = data.data;
  const more = definitions.length - mostShown;
  return (
    <div className={styles.uses}>
      <p>
        {latest === undefined ? (
          "Nobody called through it in the last 30 days."
        ) : (
          <>
            Last used <RelativeTime at={latest.last_used_at} /> by <code>{latest.principal}</code>
            {data.callers.length > 1 &&
              `, and by ${count(data.callers.length - 1, "other caller")} in 30 days`}
            .
          </>
        )}
      </p>
      {definitions.length === 0 ? (
        <p>No stored definition names it.</p>
      ) : (
        <>
          <p>
            {count(definitions.length, "definition names", "definitions name")}
            {data.metadata.next !== "" && " and more"} it:
          </p>
          <ul>
            {definitions.slice(0, mostShown).map(({ object_kind, object_name, statement, named_by }) => (
              <li key={`${statement} ${named_by}`}>
                {object_kind.toLowerCase()} <code>{object_name}</code>
              </li>
            ))}
          </ul>
          {more > 0 && <p className={styles.more}>and {more} more, in the tab “What uses it”</p>}
        </>
      )}
    </div>
  );
}
