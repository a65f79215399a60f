import { randomInt } from "node:crypto";
import { Secret } from "../secret.ts";

const lowerCase = "0123456789abcdefghijklmnopqrstuvwxyz";
const lettersAndDigits = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${lowerCase}`;
/** As API key ids of Confluent look: no letter in it is taken for a digit. */
const keyIdCharacters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** `sa-4k2x9q`: an id as official clients know them. */
export function makeId(prefix: "env" | "lfcp" | "pool" | "rb" | "sa" | "u"): string {
  return `${prefix}-${randomText(6, lowerCase)}`;
}

export interface InventedKey {
  readonly id: string;
  readonly secret: Secret;
}

/** A key with 64 letters and digits of secret: 381 bits, and nothing that a shell or a URL would touch. */
export function makeKey(): InventedKey {
  return { id: randomText(16, keyIdCharacters), secret: makeSecret(64) };
}

export function makeSecret(length: number): Secret {
  return new Secret(randomText(length, lettersAndDigits));
}

function randomText(length: number, alphabet: string): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
