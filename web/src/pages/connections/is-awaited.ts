interface Checked {
  readonly status: { readonly phase: string };
  readonly verification: { readonly next_check_at: string | null };
}

/** Whether a first check of its credential is still to come: without a plan none comes, and nobody needs to look for it. */
export function isAwaited({ status, verification }: Checked): boolean {
  return status.phase === "PENDING" && verification.next_check_at !== null;
}
