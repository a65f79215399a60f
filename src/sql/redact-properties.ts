import { distance } from "fastest-levenshtein";
import { mask } from "./mask.ts";

/**
 * A statement's properties as they may be stored and answered: the values under `sql.secrets.` are masked, and those
 * under a prefix within two edits of it, because a misspelt key carries the same secret.
 */
export function redactProperties(properties: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, holdsSecret(key) ? mask : value]),
  );
}

const prefix = "sql.secrets.";
const mostEdits = 2;

function holdsSecret(key: string): boolean {
  for (let length = prefix.length - mostEdits; length <= prefix.length + mostEdits; length += 1) {
    if (distance(key.slice(0, length).toLowerCase(), prefix) <= mostEdits) return true;
  }
  return false;
}
