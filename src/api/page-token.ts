import { timingSafeEqual } from "node:crypto";
import { KeymoorError } from "../errors.ts";
import type { Services } from "../operations/services.ts";

/** What a token holds for: list, environment, region and filter. A token of another list or filter does not fit. */
export type PageScope = readonly (string | undefined)[];

const macBytes = 16;

/** Opaque. A position is a name of at most 100 bytes, so tokens of the contract's lists stay far below its 255 characters. */
export function makePageToken(services: Services, scope: PageScope, position: string): string {
  return Buffer.concat([macOf(services, scope, position), Buffer.from(position, "utf8")]).toString(
    "base64url",
  );
}

/** The position to go on after; undefined without a token. A forged or foreign one is refused. */
export function readPageToken(
  services: Services,
  scope: PageScope,
  token: string | undefined,
): string | undefined {
  if (token === undefined || token === "") return undefined;
  const bytes = Buffer.from(token, "base64url");
  const mac = bytes.subarray(0, macBytes);
  const position = bytes.subarray(macBytes).toString("utf8");
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
