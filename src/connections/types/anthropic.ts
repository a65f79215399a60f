import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const anthropic = defineConnectionType({
  name: "anthropic",
  label: "Anthropic",
  group: "model",
  summary: "Claude models through Anthropic's Messages API.",
  mark: "anthropic",
  endpoint: { example: "https://api.anthropic.com/v1/messages" },
  // The header that the API's pages ask for; the vendor's libraries since 1.0 send the key as a bearer token instead.
  auth: [apiKey("x-api-key")],
  clientKeyHeader: "x-api-key",
  // Every request must name a version: https://platform.claude.com/docs/en/api/versioning
  defaultHeaders: { "anthropic-version": "2023-06-01" },
  // The SDKs append to the bare origin, /v1 included.
  call: {
    kind: "operations",
    operations: ["/v1/messages/count_tokens", "/v1/messages", "/v1/complete", "/v1/models"],
  },
  // Lists the models; 401 is the one status of `authentication_error`: https://platform.claude.com/docs/en/api/errors
  verify: get("/v1/models"),
  source: "https://platform.claude.com/docs/en/api/overview",
});
