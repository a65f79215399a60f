/**
 * Takes the one-time token of `/sign-in#kml_…` or `/invite#kml_…` out of the address at once: it must not stay in the address
 * bar, in the history or in a bookmark.
 */
export function takeLinkToken(): string | undefined {
  const { hash, pathname, search } = window.location;
  if (!hash.startsWith("#kml_")) return undefined;
  window.history.replaceState(null, "", pathname + search);
  return hash.slice(1);
}
