import { Type } from "@sinclair/typebox";
import { KeymoorError } from "../errors.ts";
import type { Act } from "../operations/act.ts";
import { environmentPathOf, resourceName } from "./resource-url.ts";

/** Fields that every object of the contract carries and no caller sets; sent back, they must not contradict the path. */
export const readOnlyFields = {
  organization_id: Type.Optional(Type.String({ description: "As in the path." })),
  environment_id: Type.Optional(Type.String({ description: "As in the path." })),
  status: Type.Optional(Type.Object({}, { description: "Read only; what is sent is ignored." })),
};

/** Clients send back what they read, or a time of their own that says "none". Empty text counts as absent, as in all metadata. */
const sentTime = Type.Optional(
  Type.String({
    description: "Read only; what is sent is ignored.",
    examples: ["2026-01-31T12:00:00Z"],
    pattern: "^(\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?([Zz]|[+-]\\d\\d:\\d\\d))?$", // RFC 3339
  }),
);

export const sentMetadata = {
  self: Type.Optional(Type.String({ description: "When sent, its path must be that of the object." })),
  resource_name: Type.Optional(Type.String({ description: "When sent, that of the object." })),
  created_at: sentTime,
  updated_at: sentTime,
  deleted_at: sentTime,
  uid: Type.Optional(
    Type.String({ description: "When sent on a change, it must be the stored one; ignored on a creation." }),
  ),
  resource_version: Type.Optional(
    Type.String({ description: "When sent on a change, it must be the stored one, else 409." }),
  ),
};

/** What every object of the contract is answered with. */
export const objectMetadata = {
  self: Type.String({ format: "uri" }),
  resource_name: Type.String(),
  created_at: Type.String({ format: "date-time" }),
  updated_at: Type.String({ format: "date-time" }),
  uid: Type.String(),
  resource_version: Type.String({ description: "Grows by one with each change." }),
};

interface TextMapFacts {
  readonly description: string;
  readonly mostKeys: number;
  readonly longestValue: number;
}

const longestKey = 128;

/**
 * Keys that the caller chooses. `__proto__` is none, whatever copies the object later. All of it is shown in every list, so
 * each part of it has a limit.
 */
export const textMap = ({ description, mostKeys, longestValue }: TextMapFacts) =>
  Type.Record(
    Type.String({ pattern: `^(?!__proto__$)[\\s\\S]{0,${longestKey}}$` }),
    Type.String({ maxLength: longestValue }),
    {
      description,
      maxProperties: mostKeys,
      // What the pattern checks, for the documents and for the sentence of a refusal.
      propertyNames: { maxLength: longestKey },
      additionalProperties: false,
    },
  );

interface SentObject {
  readonly name?: string;
  readonly organization_id?: string;
  readonly environment_id?: string;
  readonly metadata?: { readonly self?: string; readonly resource_name?: string };
}

/** Of a URL that was read through another host or behind a prefix, the path is still ours. */
function isUrlOf(path: string, url: string): boolean {
  return URL.canParse(url, base) && new URL(url, base).pathname.endsWith(path);
}

const base = "http://localhost";

export function judgePath(act: Act, kind: "connection" | "statement", name: string, sent: SentObject): void {
  const { organizationId, id } = act.environment;
  judge("name", sent.name, name);
  judge("organization_id", sent.organization_id, organizationId);
  judge("environment_id", sent.environment_id, id);
  judge("metadata.resource_name", sent.metadata?.resource_name || undefined, resourceName(act, kind, name));
  const self = sent.metadata?.self || undefined;
  // A name is not encoded: those that would have to be are none, and are refused for that later.
  const path = `${environmentPathOf(act, "/sql/v1")}/${kind}s/${name}`;
  if (self !== undefined && !isUrlOf(path, self)) throw contradiction("metadata.self");
}

function judge(field: string, sent: string | undefined, is: string): void {
  if (sent !== undefined && sent !== is) throw contradiction(field);
}

function contradiction(field: string): KeymoorError {
  return new KeymoorError("contradiction", `Field "${field}" says something else than the path.`, {
    hint: "Leave it out, or send what the path says.",
    pointer: `/${field.replaceAll(".", "/")}`,
  });
}

/** A version that is no number is never the stored one. */
export function expectedVersion(
  sent: { readonly resource_version?: string } | undefined,
): number | undefined {
  const text = sent?.resource_version;
  if (text === undefined || text === "") return undefined;
  return /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
}
