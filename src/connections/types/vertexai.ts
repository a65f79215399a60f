import { googleServiceAccount } from "../auth/google-service-account.ts";
import { defineConnectionType } from "../define.ts";

export const vertexai = defineConnectionType({
  name: "vertexai",
  label: "Vertex AI",
  group: "model",
  summary: "Models and prediction endpoints on Google Cloud's Vertex AI.",
  mark: "googlecloud",
  endpoint: {
    example:
      "https://us-central1-aiplatform.googleapis.com/v1/projects/my-project/locations/us-central1/endpoints/123:predict",
  },
  auth: [googleServiceAccount()],
  call: { kind: "endpoint" },
  // Google's token endpoint judges the key; what the account may do on Vertex AI is not asked.
  verify: { kind: "token" },
  terraform: true,
  source: "https://docs.cloud.google.com/gemini-enterprise-agent-platform/machine-learning/authentication",
});
