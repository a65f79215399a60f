import { nearest } from "../nearest.ts";

/**
 * What the keys of Flink's options have in them when their values are credentials: Flink's own list of sensitive names
 * (contract/flink.md 4) and what it forgets, each written with a hyphen, underscore, dot, space or nothing between its
 * words.
 */
const credentialForm =
  /pass[-_. ]?(?:word|phrase|wd|code|key)|pwd|secret|token|credential|authorization|cookie|(?:api|service|access|private|account|shared|keystore|subscription|encryption)[-_. ]?key|auth[-_. ]?params|basic[-_. ]?auth|jaas[-_. ]?config|(?:http|custom)[-_. ]?headers|connection[-_. ]?string/i;

/** Misspelt, these are still meant; words as short as `token` bear one edit before other words come near. */
const misspeltTwice = ["password", "credential", "credentials", "service-key"];
const misspeltOnce = ["token", "secret", "secrets", "api-key", "passwd", "passphrase"];

/** Whether the value of an option of this key is a credential. */
export function isCredentialKey(key: string, value: string | undefined): boolean {
  if (harmlessKey.test(key))
    return namesOrMeans(key.slice(0, key.lastIndexOf("."))) && !isProvider(key, value);
  if (isCount(key, value)) return false;
  return passKey.test(key) || namesOrMeans(key);
}

/**
 * The same where the key certainly is an option's. There `key` alone, or as the last part, holds one as well; among a
 * map's items it is as common as harmless.
 */
export function isCredentialOption(key: string, value: string | undefined): boolean {
  return isCredentialKey(key, value) || (keyKey.test(key) && !harmlessKeyKey.test(key));
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

/** Every place where a text names a credential, `pass` among them where a value follows. */
export function credentialNames(text: string): Iterable<RegExpExecArray> {
  return text.matchAll(everyName);
}

const everyName = new RegExp(`${credentialForm.source}|(?<![a-z\\d])pass(?=\\\\?["'\`]?\\s?[:=])`, "gi");

/** Whether an option, by its key and value, counts tokens. */
export function isCount(key: string, value: string | undefined): boolean {
  return value !== undefined && value.length <= longestCount && /^\d+$/.test(value) && countKey.test(key);
}

function namesOrMeans(key: string): boolean {
  if (credentialForm.test(key)) return true;
  return key.length <= longestKey && key.split(".").some(isMisspelt);
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

/** Keys that hold names, of connections among them, unless what stands before the last dot names a credential. */
const harmlessKey = /(?:^|\.)(?:connection|provider|task)$/i;

/** Of Flink's connectors to AWS: which provider of credentials to take, by its name there or by its class. */
function isProvider(key: string, value: string | undefined): boolean {
  return providerKey.test(key) && value !== undefined && providerForm.test(value);
}

const providerKey = /(?:^|\.)aws\.credentials\.provider$/i;
const providerForm =
  /^(?:AUTO|BASIC|ENV_VAR|SYS_PROP|PROFILE|ASSUME_ROLE|WEB_IDENTITY_TOKEN|CUSTOM|(?:com|org|software)\.[\w.$]{1,200}Provider(?:V2)?)$/;

/** `pass`, `db.pass`, `user_pass`, `userPass`; but not `bypass`. */
const passKey = /(?:^|[-_.]|user|db)pass$/i;

/** `key` and `x.key`; but not `key.format`, nor `partition-key`. */
const keyKey = /(?:^|\.)key$/i;

/** Keys of data, not of doors. */
const harmlessKeyKey =
  /(?:^|[-_.])(?:bucket|business|clustering|distribution|document|foreign|group|hash|index|join|lookup|message|object|partition|partitioning|primary|public|record|routing|row|shard|sharding|sort|unique)\.key$/i;

/** `openai.params.max_tokens` counts tokens; it does not hold one. */
const countKey = /^(?!.*(?:secret|pass|key)).*max[-_.]?tokens?$/i;

const longestCount = 20;
const longestKey = 256;
