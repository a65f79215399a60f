import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const azureopenai = defineConnectionType({
  name: "azureopenai",
  label: "Azure OpenAI",
  group: "model",
  summary: "A deployment of an OpenAI model on Azure.",
  endpoint: {
    example:
      "https://my-resource.openai.azure.com/openai/deployments/my-model/chat/completions?api-version=2024-10-21",
  },
  auth: [apiKey("api-key")],
  clientKeyHeader: "api-key",
  // Operations of a deployment, and of the newer API below /openai/v1; api-version comes with the endpoint.
  call: {
    kind: "operations",
    operations: [
      "/chat/completions",
      "/completions",
      "/embeddings",
      "/responses",
      "/models",
      "/images/generations",
      "/images/edits",
      "/audio/speech",
      "/audio/transcriptions",
      "/audio/translations",
    ],
  },
  // The models of the resource, beside its deployments: https://learn.microsoft.com/rest/api/azureopenai/models/list
  verify: get("/models", { replaces: /(?:\/deployments\/[^/]+)?(?:\/[a-z]+){0,2}$/ }),
  terraform: true,
  source: "https://learn.microsoft.com/azure/ai-services/openai/reference#authentication",
});
