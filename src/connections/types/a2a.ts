import { apiKey } from "../auth/api-key.ts";
import { basic } from "../auth/basic.ts";
import { bearer } from "../auth/bearer.ts";
import { oauth2ClientCredentials } from "../auth/oauth2-client-credentials.ts";
import { defineConnectionType, get } from "../define.ts";

export const a2a = defineConnectionType({
  name: "a2a",
  label: "A2A agent",
  group: "api",
  summary: "An agent that speaks the Agent2Agent protocol.",
  endpoint: { example: "https://agent.example.com" },
  // An agent's card may name any header for its key; X-API-Key is the usual one.
  auth: [apiKey("x-api-key"), basic(), bearer(), oauth2ClientCredentials()],
  clientKeyHeader: "x-api-key",
  allowsAnonymous: true,
  call: { kind: "below" },
  // The agent's card, which may be open to everyone; one with sensitive details must not be:
  // https://a2a-protocol.org/latest/topics/agent-discovery/
  verify: get("/.well-known/agent-card.json", { replaces: /^.*$/, isPublic: true }),
  source: "https://a2a-protocol.org/latest/specification/",
});
