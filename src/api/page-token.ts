import { timingSafeEqual } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import type { Services } from "../operations/services.ts";

/** What a token holds for: list, environment, region and filter. A token of another list or filter does not fit. */
export type PageScope = readonly (string | undefined)[];

const macBytes = 16;
/** In base64url, which pads nothing. */
const macLength = 22;

/**
 * Opaque to callers, and at most 255 characters, as the contract has it: a position may be a name, cloud and region of 182
 * together, so it stands there as it is, and the scope only in the MAC. Positions are of the characters that names have, and spaces.
 */
export function makePageToken(services: Services, scope: PageScope, position: string): string {
  const mac = Buffer.from(macOf(services, scope, position)).toString("base64url");
  return `${mac}${position.replaceAll(" ", "~")}`;
}

/** The position to go on after; undefined without a token. A forged or foreign one is refused. */
export function readPageToken(
  services: Services,
  scope: PageScope,
  token: string | undefined,
): string | undefined {
  if (token === undefined || token === "") return undefined;
  const mac = Buffer.from(token.slice(0, macLength), "base64url");
  const position = token.slice(macLength).replaceAll("~", " ");
  if (mac.length === macBytes && timingSafeEqual(mac, macOf(services, scope, position))) return position;
  throw new KeymoorError("invalid_page_token", "The page token is not one of this list.", {
    hint: "Repeat the filter of the first page, and take the token from its `next`.",
    parameter: "page_token",
  });
}

function macOf(services: Services, scope: PageScope, position: string): Uint8Array {
  const text = JSON.stringify([...scope.map((part) => part ?? null), position]);
  return services.vault.mac("page_token", text).subarray(0, macBytes);
}
