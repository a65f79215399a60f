/** Whether a command changes nothing: it may end in the middle when nobody reads its output any more. */
export function onlyReads(path: string): boolean {
  return /^keymoor (.* )?(call|checks|complete|completion|dependants|describe|export|list|show|usage|versions|whoami)$/.test(
    path,
  );
}
