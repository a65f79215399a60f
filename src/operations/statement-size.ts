import { KeymoorError } from "../errors.ts";

/** Keys and values together, in UTF-8: all of it is shown in every list, a hundred statements on a page. */
const largestBytes = { properties: 64 * 1024, labels: 8 * 1024 } as const;

const pointers = { properties: "/spec/properties", labels: "/metadata/labels" } as const;

export function judgeTotalSize(
  what: keyof typeof largestBytes,
  pairs: Readonly<Record<string, string>>,
): void {
  let bytes = 0;
  for (const [key, value] of Object.entries(pairs))
    bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
  if (bytes <= largestBytes[what]) return;
  throw new KeymoorError(
    "invalid_request",
    `The ${what} of a statement have at most ${largestBytes[what] / 1024} KiB, keys and values together.`,
    { pointer: pointers[what] },
  );
}
