import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const openai = defineConnectionType({
  name: "openai",
  label: "OpenAI",
  group: "model",
  summary: "Chat, embedding and other models of OpenAI, or of any service that speaks its API.",
  endpoint: { example: "https://api.openai.com/v1/chat/completions" },
  auth: [apiKey("authorization", "Bearer")],
  // What the SDKs append to a base URL that ends in /v1; https://developers.openai.com/api/reference/overview
  call: {
    kind: "operations",
    operations: [
      "/chat/completions",
      "/completions",
      "/embeddings",
      "/responses",
      "/models",
      "/moderations",
      "/images/generations",
      "/images/edits",
      "/audio/speech",
      "/audio/transcriptions",
      "/audio/translations",
    ],
  },
  // Lists the models: https://developers.openai.com/api/reference/resources/models/methods/list
  verify: get("/models"),
  terraform: true,
  source: "https://developers.openai.com/api/reference/overview",
});
