import { basic } from "../auth/basic.ts";
import { bearer } from "../auth/bearer.ts";
import { oauth2ClientCredentials } from "../auth/oauth2-client-credentials.ts";
import { defineConnectionType } from "../define.ts";

export const rest = defineConnectionType({
  name: "rest",
  label: "REST API",
  group: "api",
  summary: "Any HTTP API.",
  endpoint: { example: "https://api.example.com/v1" },
  auth: [basic(), bearer(), oauth2ClientCredentials()],
  allowsAnonymous: true,
  call: { kind: "below" },
  // What a GET does is up to the API, so it is not asked.
  verify: { kind: "token" },
  source: "https://docs.confluent.io/cloud/current/flink/reference/statements/create-connection.html",
});
