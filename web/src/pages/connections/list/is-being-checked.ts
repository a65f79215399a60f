interface Listed {
  readonly status: { readonly phase: string };
  readonly rotated_at: string;
}

const longestMs = 120_000;

/**
 * Whether the status of a connection is about to arrive. The list does not say what is planned, and where checks are switched off
 * none comes at all: what is not checked two minutes after its credential was given is not waited for.
 */
export function isBeingChecked({ status, rotated_at }: Listed, now: Date): boolean {
  return status.phase === "PENDING" && now.getTime() - new Date(rotated_at).getTime() < longestMs;
}
