import type { Received } from "./wire.ts";

/** The client would not survive this answer: it crashes, or stops with a sentence of its own about the answer's form. */
export class ClientBroken extends Error {
  override readonly name = "ClientBroken";
}

/** The body as official clients take it: only by its Content-Type (contract/cli.md 3, contract/terraform.md 1). */
export function readJson({ headers, text }: Received): unknown {
  if (!/^(application|text)\/([\w.-]+\+)?json\b/.test(headers["content-type"] ?? ""))
    throw new ClientBroken("undefined response type");
  return JSON.parse(text);
}

/** A field by its path, `spec.auth_data.data`; undefined when it, or something on the way to it, is absent or null. */
export function valueAt(json: unknown, path: string): unknown {
  let value = json;
  for (const key of path.split(".")) {
    if (typeof value !== "object" || value === null) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value ?? undefined;
}

/** A pointer that the client follows without looking. */
export function objectAt(json: unknown, path: string): object {
  const value = valueAt(json, path);
  if (typeof value !== "object" || value === null)
    throw new ClientBroken(`invalid memory address or nil pointer dereference: ${path}`);
  return value;
}

/** A string that has to be there, and not empty. */
export function textAt(json: unknown, path: string): string {
  const value = valueAt(json, path);
  if (typeof value !== "string" || value === "") throw new ClientBroken(`no text in ${path}`);
  return value;
}

/** A string that may be absent, which Go reads as empty. Another type fails the whole body. */
export function optionalTextAt(json: unknown, path: string): string {
  const value = valueAt(json, path) ?? "";
  if (typeof value !== "string") throw new ClientBroken(`cannot unmarshal into a string: ${path}`);
  return value;
}

/** RFC 3339 with whole seconds: fractions wrap in the CLI's tables (contract/cli.md 8). */
export function timeAt(json: unknown, path: string): string {
  const value = textAt(json, path);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/.test(value))
    throw new ClientBroken(`parsing time of ${path}: not RFC 3339 with whole seconds`);
  return value;
}

export function listAt(json: unknown, path: string): readonly unknown[] {
  const value = valueAt(json, path);
  if (!Array.isArray(value)) throw new ClientBroken(`no list in ${path}`);
  return value;
}

/**
 * `page_token` of `metadata.next`; undefined at the end. Every list has to say it as a string: Terraform's data source dies of
 * an absent one, the CLI of one without a token (contract/terraform.md 2, contract/cli.md 6).
 */
export function nextToken(json: unknown): string | undefined {
  const next = valueAt(json, "metadata.next");
  if (typeof next !== "string")
    throw new ClientBroken("invalid memory address or nil pointer dereference: metadata.next");
  if (next === "") return undefined;
  const token = new URL(next, "http://any.host").searchParams.get("page_token");
  if (!token)
    throw new ClientBroken(`could not parse the value for query parameter "page_token" from "metadata.next"`);
  return token;
}
