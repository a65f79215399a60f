import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType } from "../define.ts";

export const googleai = defineConnectionType({
  name: "googleai",
  label: "Google AI",
  group: "model",
  summary: "Gemini models through the Gemini Developer API.",
  endpoint: {
    example: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
  },
  // The header, not `?key=`: a key in the URL would be written to logs on its way.
  auth: [apiKey("x-goog-api-key")],
  clientKeyHeader: "x-goog-api-key",
  call: { kind: "endpoint" },
  source: "https://ai.google.dev/api",
});
