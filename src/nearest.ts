import { distance } from "fastest-levenshtein";

/**
 * The candidate within `maxEdits` insertions, deletions or replacements of `word`, in any case; the closest one, the
 * first of several. Long words cost nothing: a difference in length alone already counts as edits.
 *
 *     nearest("ap-key", ["api-key", "token"]) // "api-key"
 */
export function nearest(word: string, candidates: Iterable<string>, maxEdits = 2): string | undefined {
  const wanted = word.length > longestSensible ? word : word.toLowerCase();
  let best: string | undefined;
  let bestEdits = maxEdits + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - wanted.length) >= bestEdits) continue;
    const edits = distance(wanted, candidate.toLowerCase());
    if (edits < bestEdits) {
      best = candidate;
      bestEdits = edits;
    }
  }
  return best;
}

/** Words beyond this are compared as they are, so that a text of a megabyte is not copied to be refused by its length. */
const longestSensible = 256;
