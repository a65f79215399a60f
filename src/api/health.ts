import { Type } from "@sinclair/typebox";
import type { App } from "./app.ts";

const Health = Type.Object(
  { status: Type.String({ description: "`ok`, `starting` or `stopping`." }) },
  { title: "Health" },
);

/** Whether the server takes requests, for load balancers and start scripts. */
export function addHealthRoute(app: App, isReady: () => boolean, isStopping: () => boolean): void {
  app.get(
    "/health",
    {
      config: { access: "open" },
      schema: {
        tags: ["Server"],
        operationId: "getHealth",
        summary: "Ask whether the server takes requests",
        response: { 200: Health, 503: { ...Health, description: "Not yet, or no longer." } },
      },
    },
    async (_request, reply) => {
      if (isStopping()) return reply.code(503).send({ status: "stopping" });
      if (!isReady()) return reply.code(503).send({ status: "starting" });
      return { status: "ok" };
    },
  );
}
