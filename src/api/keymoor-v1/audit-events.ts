import { type Static, Type } from "@sinclair/typebox";
import { KeymoorError } from "../../errors.ts";
import { auditOutcomes } from "../../operations/audit-event.ts";
import { listAuditEvents } from "../../operations/list-audit-events.ts";
import type { Services } from "../../operations/services.ts";
import { callerOf, judgeRequest, originOf } from "../admission.ts";
import type { App } from "../app.ts";
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

export const AuditQuery = Type.Object(
  {
    environment: Type.Optional(Type.String({ description: "Only events of this environment." })),
    action: Type.Optional(Type.String({ examples: ["connection.rotate"] })),
    principal: Type.Optional(Type.String({ description: "Who did it." })),
    resource_name: Type.Optional(Type.String({ description: "What it was done to." })),
    outcome: Type.Optional(Type.Union(auditOutcomes.map((outcome) => Type.Literal(outcome)))),
    from: Type.Optional({ ...time, description: "Events from this time on." }),
    to: Type.Optional({ ...time, description: "Events before this time." }),
    ...pageQuery,
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
        data: page.items.map((event) => ({
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
        })),
      };
    },
  );
}

type Query = Static<typeof AuditQuery>;

function texts({ environment, action, principal, resource_name, outcome, from, to }: Query) {
  return { environment, action, principal, resource_name, outcome, from, to };
}

function filterOf({ environment, action, principal, resource_name, outcome, from, to }: Query) {
  return {
    ...(environment !== undefined && { environmentId: environment }),
    ...(action !== undefined && { action }),
    ...(principal !== undefined && { principal }),
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
