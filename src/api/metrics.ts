import { createHash, timingSafeEqual } from "node:crypto";
import { Type } from "@sinclair/typebox";
import { parseAuthorization } from "../access/shown-credential.ts";
import { MetricsReader } from "../operations/read-metrics.ts";
import type { Services } from "../operations/services.ts";
import type { Secret } from "../secret.ts";
import { originOf } from "./admission.ts";
import type { App } from "./app.ts";

/** What Prometheus reads (https://prometheus.io/docs/instrumenting/exposition_formats/). `token` may, besides those with the right. */
export function addMetricsRoute(app: App, services: Services, token: Secret | undefined): void {
  const reader = new MetricsReader(services);
  app.get(
    "/metrics",
    {
      config: {
        access: "key",
        needsCloudKey: true,
        admits: ({ headers }) => token !== undefined && isToken(headers.authorization, token),
        errors: ["user_unauthorized"],
      },
      schema: {
        tags: ["Server"],
        operationId: "getMetrics",
        summary: "Read metrics",
        description:
          "In Prometheus' text format. Takes OrganizationAdmin and a Cloud API key, or `Authorization: Bearer` with the token of the setting `KEYMOOR_METRICS_TOKEN`.",
        produces: ["text/plain"],
        response: { 200: Type.String({ description: "Text format 0.0.4." }) },
      },
    },
    async (request, reply) => {
      const text = await reader.read(request.admitted?.caller, originOf(request));
      return reply
        .type("text/plain; version=0.0.4; charset=utf-8")
        .serializer((body: string) => body)
        .send(text);
    },
  );
}

function isToken(header: string | undefined, token: Secret): boolean {
  const shown = parseAuthorization(header);
  return shown.kind === "bearer" && timingSafeEqual(digest(shown.token), digest(token));
}

/** Of one length, whatever was shown. */
function digest(secret: Secret): Uint8Array {
  return createHash("sha256").update(secret.reveal()).digest();
}
