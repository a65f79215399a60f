import { type QueryKey, useMutation } from "@tanstack/react-query";
import type { Client } from "../../../src/client/client.ts";
import { useServices } from "../services.ts";
import { useToasts } from "../ui/toast.tsx";

interface Change<Input, Answer> {
  readonly run: (client: Client, input: Input) => Promise<Answer>;
  /** What it makes stale: beginnings of keys. */
  readonly stale: readonly QueryKey[];
  /** What was done, for the toast: "Service account app created". */
  readonly done?: (answer: Answer, input: Input) => string;
  readonly onDone?: (answer: Answer) => void;
  /** No dialog is there to say what failed. */
  readonly isToasted?: boolean;
}

/** A change, and what follows from it on screen. */
export function useChange<Answer, Input = void>(change: Change<Input, Answer>) {
  const { run, stale, done, onDone, isToasted = false } = change;
  const { client, queries } = useServices();
  const { say, fail } = useToasts();
  return useMutation<Answer, Error, Input>({
    mutationFn: (input) => run(client, input),
    onSuccess: (answer, input) => {
      for (const queryKey of stale) void queries.invalidateQueries({ queryKey });
      if (done !== undefined) say(done(answer, input));
      onDone?.(answer);
    },
    ...(isToasted && { onError: fail }),
  });
}
