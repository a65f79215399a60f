/** What a token of an external issuer says, once its signature proved right. */
export type IdentityClaims = Readonly<Record<string, unknown>>;

/**
 * The first claim of `wanted` that a token has not with this very value; undefined when it has all. A claim stands under its
 * plain name, dots and all (`kubernetes.io` is one name); what lies deeper under a JSON pointer (RFC 6901), such as
 * `/kubernetes.io/namespace`. A list has every value in it.
 */
export function unmetClaim(
  wanted: Readonly<Record<string, string>>,
  claims: IdentityClaims,
): string | undefined {
  return Object.entries(wanted).find(([name, value]) => !has(claimOf(claims, name), value))?.[0];
}

/** Members of the claim's path; undefined when the name is not one that a claim can have. */
export function claimPath(name: string): readonly string[] | undefined {
  if (!name.startsWith("/")) return name === "" ? undefined : [name];
  const parts = name.slice(1).split("/");
  if (parts.some((part) => part === "" || /~(?![01])/.test(part))) return undefined;
  return parts.map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function claimOf(claims: IdentityClaims, name: string): unknown {
  let value: unknown = claims;
  for (const part of claimPath(name) ?? []) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    value = Object.hasOwn(value, part) ? (value as IdentityClaims)[part] : undefined;
  }
  return value;
}

function has(claim: unknown, value: string): boolean {
  if (Array.isArray(claim)) return claim.some((one) => isValue(one, value));
  return isValue(claim, value);
}

/** `true` and whole numbers are compared by their text: some issuers write them as strings, some do not. */
function isValue(claim: unknown, value: string): boolean {
  if (typeof claim === "boolean" || Number.isSafeInteger(claim)) return String(claim) === value;
  return claim === value;
}
