import type { OpenApiDocument } from "./openapi.ts";
export const docsPagePolicy = "default-src 'none'";
export function docsPage(document: OpenApiDocument): string {
  return document.info.title;
}
