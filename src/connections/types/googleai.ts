import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const googleai = defineConnectionType({
  name: "googleai",
  label: "Google AI",
  group: "model",
  summary: "Gemini models through the Gemini Developer API.",
  mark: "googlegemini",
  endpoint: {
    example: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash:generateContent",
  },
  // The header, not `?key=`: a key in the URL would be written to logs on its way.
  auth: [apiKey("x-goog-api-key")],
  clientKeyHeader: "x-goog-api-key",
  call: { kind: "endpoint" },
  // Describes the model: https://ai.google.dev/api/models#method:-models.get. A key that is none is 400, with this reason;
  // 403 may be a restriction of a good key: https://docs.cloud.google.com/apis/docs/reference/rest/Shared.Types/ErrorReason
  verify: get("", { replaces: /:[A-Za-z]+$/, codes: { API_KEY_INVALID: "refused" } }),
  terraform: true,
  source: "https://ai.google.dev/api",
});
