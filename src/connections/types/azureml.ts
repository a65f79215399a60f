import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType } from "../define.ts";

export const azureml = defineConnectionType({
  name: "azureml",
  label: "Azure Machine Learning",
  group: "model",
  summary: "Models behind an online or serverless endpoint of Azure Machine Learning.",
  endpoint: { example: "https://my-endpoint.westeurope.inference.ml.azure.com/score" },
  auth: [apiKey("authorization", "Bearer")],
  call: { kind: "endpoint" },
  // No `verify`: what stands beside the scoring path depends on the deployment.
  terraform: true,
  source: "https://learn.microsoft.com/azure/machine-learning/how-to-authenticate-online-endpoint",
});
