import type { Vocabulary } from "./vocabulary.ts";

/** Keys as the connection types have them, and some of the types; this folder does not know the types themselves. */
export const vocabulary: Vocabulary = {
  options: new Map([
    [
      "type",
      { show: "values", values: ["OPENAI", "MONGODB", "REST", "MCP_SERVER", "BEDROCK", "CONFLUENT_JDBC"] },
    ],
    ["endpoint", { show: "url" }],
    ["sse-endpoint", { show: "url" }],
    ["token-endpoint", { show: "url" }],
    ["transport-type", { show: "values", values: ["SSE", "STREAMABLE_HTTP"] }],
    ["environment", { show: "never" }],
    ["cloud", { show: "never" }],
    ["region", { show: "never" }],
    ["api-key", { show: "never" }],
    ["username", { show: "never" }],
    ["password", { show: "never" }],
    ["token", { show: "never" }],
    ["client-id", { show: "never" }],
    ["client-secret", { show: "never" }],
    ["scope", { show: "never" }],
    ["aws-access-key", { show: "never" }],
    ["aws-secret-key", { show: "never" }],
    ["aws-session-token", { show: "never" }],
    ["service-key", { show: "never" }],
  ]),
};
