import { Type } from "@sinclair/typebox";
import type { App } from "../app.ts";

/** Official clients report here which command they ran (contract/cli.md 1.4). It ends here: nothing of it is read or kept. */
export function addUsageRoute(app: App): void {
  app.post(
    "/api/cli/v1/usages",
    {
      config: { access: "open" },
      schema: {
        tags: ["Control plane"],
        operationId: "ignoreUsageReport",
        summary: "Take a usage report of official clients",
        description: "Whatever is sent is forgotten.",
        response: { 200: Type.Object({}, { additionalProperties: false }) },
      },
    },
    () => ({}),
  );
}
