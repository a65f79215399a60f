import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const fireworksai = defineConnectionType({
  name: "fireworksai",
  label: "Fireworks AI",
  group: "model",
  summary: "Open models hosted by Fireworks AI, through its OpenAI-compatible API.",
  endpoint: { example: "https://api.fireworks.ai/inference/v1/chat/completions" },
  auth: [apiKey("authorization", "Bearer")],
  // OpenAI's SDKs append to a base URL of .../inference/v1: https://docs.fireworks.ai/tools-sdks/openai-compatibility
  call: {
    kind: "operations",
    operations: [
      "/chat/completions",
      "/completions",
      "/embeddings",
      "/responses",
      "/rerank",
      "/models",
      "/audio/transcriptions",
      "/audio/translations",
    ],
  },
  // Lists the models, as OpenAI's API does. The vendor named it (https://github.com/simonw/llm-fireworks/issues/2), but a
  // user found it undocumented and failing for weeks: https://github.com/SillyTavern/SillyTavern/pull/5831
  // 401 may also be a good key without the rights: https://docs.fireworks.ai/guides/inference-error-codes
  verify: get("/models"),
  source: "https://docs.fireworks.ai/api-reference/introduction",
});
