import type { AuditFilter } from "../../../../src/client/audit-events.ts";
import { searchText } from "../../format/search-text.ts";

/** What the log is filtered by: it stands in the address, so that a link shows a colleague the same. */
export interface AuditSearch {
  readonly environment?: string | undefined;
  readonly action?: string | undefined;
  readonly principal?: string | undefined;
  readonly resource?: string | undefined;
  readonly outcome?: Outcome | undefined;
  /** `aws.us-east-1` */
  readonly region?: string | undefined;
  /** A span back from now, or `custom`: then `from` and `to` count. */
  readonly range?: Range | undefined;
  /** Local time, as the browser's own field has it: `2026-01-31T12:00`. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** Id of the event that is open. */
  readonly event?: string | undefined;
}

export const outcomes = ["done", "unchanged", "refused", "failed"] as const;
type Outcome = (typeof outcomes)[number];

const hourMs = 3_600_000;
const spans = { "1h": hourMs, "24h": 24 * hourMs, "7d": 168 * hourMs, "30d": 720 * hourMs } as const;
export const ranges = ["1h", "24h", "7d", "30d", "custom"] as const;
export type Range = (typeof ranges)[number];

export function auditSearch(search: Readonly<Record<string, unknown>>): AuditSearch {
  return {
    environment: searchText(search.environment),
    action: searchText(search.action),
    principal: searchText(search.principal),
    resource: searchText(search.resource),
    outcome: outcomes.find((outcome) => outcome === search.outcome),
    region: searchText(search.region),
    range: ranges.find((range) => range === search.range),
    from: localTime(search.from),
    to: localTime(search.to),
    event: searchText(search.event),
  };
}

/** As the API has it. */
export function auditFilter(search: AuditSearch, now: Date): AuditFilter {
  const { environment, action, principal, resource, outcome, region: place } = search;
  const [cloud, region] = place?.split(/\.(.*)/) ?? [];
  return {
    ...(environment && { environment }),
    ...(action && { action }),
    ...(principal && { principal }),
    ...(resource && { resource_name: resource }),
    ...(outcome && { outcome }),
    ...(cloud && { cloud }),
    ...(region && { region }),
    ...timesOf(search, now),
  };
}

function timesOf({ range, from, to }: AuditSearch, now: Date): Pick<AuditFilter, "from" | "to"> {
  if (range === undefined) return {};
  if (range !== "custom") return { from: new Date(now.getTime() - spans[range]).toISOString() };
  return {
    ...(from && { from: new Date(from).toISOString() }),
    ...(to && { to: new Date(to).toISOString() }),
  };
}

/** Only what is a time: an address can say anything. */
function localTime(value: unknown): string | undefined {
  const text = searchText(value);
  return text === undefined || Number.isNaN(new Date(text).getTime()) ? undefined : text;
}
