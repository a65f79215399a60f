import swagger from "@fastify/swagger";
import { Type } from "@sinclair/typebox";
import type { App } from "../app.ts";
import { pageHeaders } from "../page-headers.ts";
import { docsPage, docsPagePolicy } from "./docs-page.ts";
import { describeRoute, type OpenApiDocument, openApiFrame, shareSchemas } from "./openapi.ts";

/** Collects the routes that are added afterwards for the OpenAPI document. */
export async function describeRoutes(app: App, publicUrl: () => string): Promise<void> {
  await app.register(swagger, {
    openapi: openApiFrame,
    transform: describeRoute,
    // Where the server is reached may be known only once it listens.
    transformObject: (document) =>
      shareSchemas(
        "openapiObject" in document ? { ...document.openapiObject, servers: [{ url: publicUrl() }] } : {},
      ),
  });
}

/** The document, and a page that reads well. Both are open: they say nothing that the repository does not. */
export function addDocumentRoutes(app: App): void {
  let json: string | undefined;
  let page: string | undefined;
  // The plugin types every document that OpenAPI allows, also those of 2.0; this one is made of our routes.
  const document = () => app.swagger() as unknown as OpenApiDocument;

  app.get(
    "/openapi.json",
    {
      config: { access: "open" },
      schema: {
        tags: ["Server"],
        operationId: "getOpenApiDocument",
        summary: "Read this document",
        response: { 200: Type.Object({}, { additionalProperties: true, description: "OpenAPI 3.1." }) },
      },
    },
    async (_request, reply) => {
      json ??= JSON.stringify(document());
      return reply
        .type("application/json; charset=utf-8")
        .serializer(asItIs)
        .send(json as never);
    },
  );

  app.get(
    "/docs",
    {
      config: { access: "open" },
      schema: {
        tags: ["Server"],
        operationId: "getDocumentation",
        summary: "Read this document as a page",
        produces: ["text/html"],
        response: { 200: Type.String({ description: "HTML." }) },
      },
    },
    async (_request, reply) => {
      page ??= docsPage(document());
      return reply.headers(pageHeaders(docsPagePolicy)).serializer(asItIs).send(page);
    },
  );
}

function asItIs(text: string): string {
  return text;
}
