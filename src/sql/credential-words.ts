import { nearest } from "../nearest.ts";

/**
 * What the keys of Flink's options have in them when their values are credentials: Flink's own list of sensitive names
 * (contract/flink.md 4) and what it forgets, each written with a hyphen, underscore, dot or nothing between its words.
 */
const credentialForm =
  /pass[-_.]?(?:word|phrase|wd)|pwd|secret|token|credential|authorization|cookie|(?:api|service|access|private|account|shared|keystore)[-_.]?key|auth[-_.]?params|basic[-_.]?auth|jaas[-_.]?config|(?:http|custom)[-_.]?headers|connection[-_.]?string/i;

/** Misspelt, these are still meant; words as short as `token` bear one edit before other words come near. */
const misspeltTwice = ["password", "credential", "credentials", "service-key"];
const misspeltOnce = ["token", "secret", "secrets", "api-key", "passwd", "passphrase"];

/** Whether the value of an option of this key is a credential. */
export function isCredentialKey(key: string, value: string | undefined): boolean {
  if (harmlessKey.test(key)) return false;
  if (countKey.test(key) && value !== undefined && /^\d+$/.test(value)) return false;
  if (credentialForm.test(key)) return true;
  return key.length <= longestKey && key.split(".").some(isMisspelt);
}

/** Whether a comment seems to say what a credential is. */
export function tellsCredential(comment: string): boolean {
  const found = credentialForm.exec(comment);
  if (found === null) return false;
  return /[=:]/.test(comment.slice(found.index + found[0].length));
}

/** Whether a literal has a credential's name in it. */
export function namesCredential(text: string): boolean {
  return credentialForm.test(text);
}

/** Whether a part of a key, a word of it, or two in a row, can only be meant for one of those above. */
function isMisspelt(part: string): boolean {
  const words = part.split(/[-_]/);
  const pairs = words.map((word, at) => `${word}-${words[at + 1] ?? ""}`);
  return [part, ...words, ...pairs].some(isNearCredential);
}

function isNearCredential(word: string): boolean {
  if (nearest(word, misspeltTwice, 2) !== undefined || nearest(word, misspeltOnce, 1) !== undefined)
    return true;
  // Two letters exchanged are two edits, too many for short words unless the letters are the same.
  const meant = nearest(word, misspeltOnce, 2);
  return meant !== undefined && lettersOf(word) === lettersOf(meant);
}

function lettersOf(word: string): string {
  return [...word.toLowerCase()].sort().join("");
}

/** Whether a text has the form of an option's key at all. */
export function isKeyForm(key: string): boolean {
  return /^[\w$]+(?:[.#:/-][\w$]+)*$/.test(key);
}

/** Keys that hold names, of connections among them, whatever stands before the last dot. */
const harmlessKey = /(?:^|\.)(?:connection|provider|task)$/i;

/** `openai.params.max_tokens` counts tokens; it does not hold one. */
const countKey = /^(?!.*(?:secret|pass|key)).*max[-_.]?tokens?$/i;

const longestKey = 256;
