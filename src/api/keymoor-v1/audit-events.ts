import { Readable } from "node:stream";
import { type Static, Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import { auditOutcomes } from "../../operations/audit-event.ts";
import { exportAuditEvents, listAuditEvents } from "../../operations/list-audit-events.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
import { csvLine } from "../csv-line.ts";
import { ListMetadata, listMetadata, pageQuery } from "../list-page.ts";
import { type PageScope, readPageToken } from "../page-token.ts";

const path = "/keymoor/v1/audit-events";

const textOrNull = Type.Union([Type.String(), Type.Null()]);

export const AuditEvent = Type.Object(
  {
    id: Type.String(),
    at: Type.String({ format: "date-time" }),
    action: Type.String({ description: "Such as `connection.create`." }),
    outcome: Type.String({ enum: [...auditOutcomes] }),
    code: { ...textOrNull, description: "Error code of a refusal or failure." },
    principal: textOrNull,
    credential: { ...textOrNull, description: "Id of the API key or use token that was shown." },
    address: textOrNull,
    request_id: textOrNull,
    organization_id: textOrNull,
    environment_id: textOrNull,
    cloud: textOrNull,
    region: textOrNull,
    resource_kind: textOrNull,
    resource_name: textOrNull,
    count: Type.Integer({ description: "How many like events of the same second it stands for." }),
    instance: Type.String({ description: "Server that wrote it; each has a chain of its own." }),
    sequence: Type.Integer({ description: "Place in that chain." }),
    mac: Type.String({
      description: "HMAC over the event and the one before; `keymoor audit verify` checks it.",
    }),
  },
  { title: "AuditEvent" },
);

export const AuditEventList = Type.Object(
  { metadata: ListMetadata, data: Type.Array(AuditEvent) },
  { title: "AuditEventList" },
);

const time = Type.String({
  examples: ["2026-01-31T12:00:00Z"],
  pattern: "^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d(\\.\\d{1,9})?)?(Z|[+-]\\d\\d:\\d\\d))?$",
});

const filter = {
  environment: Type.Optional(Type.String({ description: "Only events of this environment." })),
  cloud: Type.Optional(Type.String({ description: "Only events of this cloud, in any case." })),
  region: Type.Optional(Type.String({ description: "Only events of this region." })),
  action: Type.Optional(Type.String({ examples: ["connection.rotate"] })),
  principal: Type.Optional(Type.String({ description: "Who did it." })),
  resource_kind: Type.Optional(
    Type.String({ examples: ["connection"], description: "What kind of thing it was done to." }),
  ),
  resource_name: Type.Optional(Type.String({ description: "What it was done to." })),
  outcome: Type.Optional(Type.Union(auditOutcomes.map((outcome) => Type.Literal(outcome)))),
  from: Type.Optional({ ...time, description: "Events from this time on." }),
  to: Type.Optional({ ...time, description: "Events before this time." }),
};

export const AuditQuery = Type.Object({ ...filter, ...pageQuery }, { additionalProperties: false });

const ExportQuery = Type.Object(
  {
    ...filter,
    format: Type.Union([Type.Literal("jsonl"), Type.Literal("csv")], {
      default: "jsonl",
      description: "A JSON object on each line, or a table of the same with a line of names above it.",
    }),
  },
  { additionalProperties: false },
);

/** Who did what, newest first. */
export function addAuditEventRoutes(app: App, services: Services): void {
  app.get(
    path,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_request", "invalid_page_token"] },
      schema: {
        tags: ["Audit"],
        operationId: "listAuditEvents",
        summary: "List audit events",
        description:
          "Newest first. Takes OrganizationAdmin, or EnvironmentAdmin of the environment that the query names.",
        querystring: AuditQuery,
        response: { 200: AuditEventList },
      },
    },
    async (request) => {
      const { query } = request;
      const page = await listAuditEvents(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return {
          ...filterOf(query),
          after: readPageToken(services, scopeOf(query), query.page_token),
          limit: query.page_size,
        };
      });
      return {
        metadata: listMetadata(services, {
          url: `${services.settings.publicUrl}${path}`,
          pageSize: query.page_size,
          token: query.page_token,
          filter: texts(query),
          scope: scopeOf(query),
          next: page.next,
          totalSize: page.totalSize,
        }),
        data: page.items.map(eventView),
      };
    },
  );

  app.get(
    `${path}/export`,
    {
      config: { access: "key", errors: ["user_unauthorized", "invalid_request"] },
      schema: {
        tags: ["Audit"],
        operationId: "exportAuditEvents",
        summary: "Export audit events",
        description: "All of them under the filter, newest first, as one file. Takes what the list takes.",
        querystring: ExportQuery,
        produces: ["application/x-ndjson", "text/csv"],
        response: { 200: Type.String({ description: "The file." }) },
      },
    },
    async (request, reply) => {
      const { query } = request;
      const pages = await exportAuditEvents(services, callerOf(request), originOf(request), () => {
        judgeRequest(request);
        return filterOf(query);
      });
      const { format } = query;
      return reply
        .headers({
          "content-type":
            format === "csv" ? "text/csv; charset=utf-8; header=present" : "application/x-ndjson",
          "content-disposition": `attachment; filename="audit-events.${format}"`,
        })
        .send(Readable.from(lines(pages, format)) as never);
    },
  );
}

async function* lines(pages: AsyncIterable<readonly StoredEvent[]>, format: "jsonl" | "csv") {
  if (format === "csv") yield csvLine(Object.keys(AuditEvent.properties));
  for await (const events of pages) {
    const views = events.map(eventView);
    yield views
      .map((view) => (format === "csv" ? csvLine(Object.values(view)) : `${JSON.stringify(view)}\n`))
      .join("");
  }
}

type StoredEvent = Awaited<ReturnType<typeof listAuditEvents>>["items"][number];

function eventView(event: StoredEvent): Static<typeof AuditEvent> {
  return {
    id: event.id,
    at: event.at,
    action: event.action,
    outcome: event.outcome satisfies (typeof auditOutcomes)[number],
    code: event.code,
    principal: event.principal,
    credential: event.credential,
    address: event.address,
    request_id: event.requestId,
    organization_id: event.organizationId,
    environment_id: event.environmentId,
    cloud: event.cloud,
    region: event.region,
    resource_kind: event.resourceKind,
    resource_name: event.resourceName,
    count: event.count,
    instance: event.instance,
    sequence: event.sequence,
    mac: event.mac,
  };
}

type Query = Omit<Static<typeof AuditQuery>, "page_size" | "page_token">;

function texts(query: Query) {
  const { environment, cloud, region, action, principal, resource_kind, resource_name, outcome, from, to } =
    query;
  return { environment, cloud, region, action, principal, resource_kind, resource_name, outcome, from, to };
}

function filterOf(query: Query) {
  const { environment, cloud, region, action, principal, resource_kind, resource_name, outcome, from, to } =
    query;
  return {
    ...(environment !== undefined && { environmentId: environment }),
    ...(cloud !== undefined && { cloud: cloud.toLowerCase() }),
    ...(region !== undefined && { region }),
    ...(action !== undefined && { action }),
    ...(principal !== undefined && { principal }),
    ...(resource_kind !== undefined && { resourceKind: resource_kind }),
    ...(resource_name !== undefined && { resourceName: resource_name }),
    ...(outcome !== undefined && { outcome }),
    ...(from !== undefined && { from: storedTime("from", from) }),
    ...(to !== undefined && { to: storedTime("to", to) }),
  };
}

/** Stored times are UTC with milliseconds and compare as text. */
function storedTime(parameter: string, text: string): string {
  const time = new Date(text);
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new KeymoorError("invalid_request", `Parameter "${parameter}" is no time of the calendar.`, {
    parameter,
  });
}

function scopeOf(query: Query): PageScope {
  return ["audit events", ...Object.values(texts(query))];
}
