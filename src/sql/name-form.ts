/**
 * Whether a text has the form of a connection's name (design 5); catalogs and databases are judged alike. It decides only
 * what may be shown: `connections/` judges what may be made.
 */
export function isConnectionName(text: string): boolean {
  return text.length <= 100 && /^[A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?$/.test(text);
}
