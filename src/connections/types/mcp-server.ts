import { apiKey } from "../auth/api-key.ts";
import { basic } from "../auth/basic.ts";
import { bearer } from "../auth/bearer.ts";
import { oauth2ClientCredentials } from "../auth/oauth2-client-credentials.ts";
import { defineConnectionType } from "../define.ts";

export const mcpServer = defineConnectionType({
  name: "mcp_server",
  label: "MCP server",
  group: "api",
  summary: "Tools of a Model Context Protocol server.",
  mark: "modelcontextprotocol",
  endpoint: { example: "https://mcp.example.com/mcp" },
  // The protocol names no header for a key, only bearer tokens; X-API-Key is what servers with keys read.
  auth: [apiKey("x-api-key"), basic(), bearer(), oauth2ClientCredentials()],
  clientKeyHeader: "x-api-key",
  options: {
    "transport-type": {
      label: "Transport",
      wire: "TRANSPORT_TYPE",
      public: true,
      optional: true,
      values: ["SSE", "STREAMABLE_HTTP"],
      default: "SSE",
    },
    "sse-endpoint": {
      label: "SSE endpoint",
      wire: "SSE_ENDPOINT",
      public: true,
      optional: true,
      directsSecrets: true,
      form: "url-or-path",
      onlyWith: { option: "transport-type", value: "SSE" },
      hint: "Absolute, or relative to the endpoint; without it, /sse on the endpoint's host.",
    },
  },
  allowsAnonymous: true,
  call: { kind: "below" },
  refuseCall: (options) =>
    options["transport-type"] === "STREAMABLE_HTTP"
      ? undefined
      : // That address is the server's own, so the messages would go past Keymoor, and without the credential.
        `Over SSE an MCP server names the address for messages itself; set 'transport-type' to 'STREAMABLE_HTTP' if the server has it.`,
  verify: { kind: "mcp" },
  source: "https://modelcontextprotocol.io/specification/2025-06-18/basic/authorization",
});
