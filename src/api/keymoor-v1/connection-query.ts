import { type Static, Type } from "@sinclair/typebox";
import { findConnectionType } from "../../connections/connection-type.ts";
import { KeymoorError } from "../../errors.ts";
import type { SearchConnections } from "../../operations/list-connections.ts";
import { pageQuery } from "../list-page.ts";

type Phase = NonNullable<SearchConnections["phases"]>[number];
type SortKey = SearchConnections["order"]["by"];

const phases = ["PENDING", "READY", "UNREACHABLE", "INVALID_AUTH"] as const satisfies readonly Phase[];
const ascending = [
  "name",
  "type",
  "status",
  "created_at",
  "rotated_at",
  "last_used_at",
] as const satisfies readonly SortKey[];
const sorts = ascending.flatMap((key) => [key, `-${key}`] as const);

export const ConnectionQuery = Type.Object(
  {
    search: Type.Optional(
      Type.String({
        maxLength: 200,
        description: "Only where this is part of name or endpoint, in any case.",
      }),
    ),
    type: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: "Only these types, in any case, with a comma between; an unknown one holds nothing.",
      }),
    ),
    status: Type.Optional(
      Type.String({
        maxLength: 1000,
        description: `Only these phases, in any case, with a comma between: ${phases.map((phase) => `\`${phase}\``).join(", ")}.`,
      }),
    ),
    cloud: Type.Optional(Type.String({ maxLength: 100, description: "Only this cloud, in any case." })),
    region: Type.Optional(Type.String({ maxLength: 100, description: "Only this region." })),
    sort: Type.Union(
      sorts.map((sort) => Type.Literal(sort)),
      {
        default: "name",
        description:
          "Times from the earliest on, what was never used first; texts in byte order. With `-` the same list from its end.",
      },
    ),
    ...pageQuery,
  },
  { additionalProperties: false },
);

type Query = Static<typeof ConnectionQuery>;

/** An empty filter is none. */
export function parseConnectionQuery(query: Query): Omit<SearchConnections, "after" | "limit"> {
  const { search, type, status, cloud, region, sort } = query;
  const by = ascending.find((key) => sort === key || sort === `-${key}`) ?? "name";
  return {
    search: search || undefined,
    types: wordsOf(type),
    phases: wordsOf(status)?.map(parsePhase),
    in: { ...(cloud && { cloud }), ...(region && { region }) },
    order: { by, isDescending: sort.startsWith("-") },
  };
}

/** The query as the URLs of pages repeat it: what is no type is left out, because it may be anything. */
export function shownConnectionQuery(query: Query): Readonly<Record<string, string | undefined>> {
  const { search, type, status, cloud, region, sort } = query;
  const types = wordsOf(type)?.map((word) => findConnectionType(word)?.name.toUpperCase());
  return {
    search: search || undefined,
    type: types?.filter((name) => name !== undefined).join(",") || undefined,
    status: wordsOf(status)?.map(parsePhase).join(","),
    cloud: cloud?.toUpperCase() || undefined,
    region: region || undefined,
    sort: sort === "name" ? undefined : sort,
  };
}

function wordsOf(text: string | undefined): readonly string[] | undefined {
  const words = text?.split(",").map((word) => word.trim());
  const given = words?.filter((word) => word !== "");
  return given?.length === 0 ? undefined : given;
}

function parsePhase(word: string): Phase {
  const phase = phases.find((known) => known === word.toUpperCase());
  if (phase !== undefined) return phase;
  throw new KeymoorError("invalid_request", 'Parameter "status" holds a word that is no status.', {
    hint: `It takes ${phases.map((known) => `"${known}"`).join(", ")}, several with a comma between.`,
    parameter: "status",
  });
}
