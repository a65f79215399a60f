import { expect, test } from "vitest";
import { requireConnectionType } from "../../connections/connection-type.ts";
import { connectionTypes } from "../../connections/types/index.ts";
import { verifyUrl } from "./service.ts";

function urlOf(typeName: string, endpoint: string): string | undefined {
  const type = requireConnectionType(typeName);
  return type.verify?.kind === "request" ? verifyUrl({ type, endpoint }, type.verify).href : undefined;
}

test("where each type's harmless request goes from its example endpoint", () => {
  const urls = connectionTypes.flatMap(({ name, endpoint }) => {
    const url = urlOf(name, endpoint.example);
    return url === undefined ? [] : [[name, url]];
  });
  expect(Object.fromEntries(urls)).toEqual({
    openai: "https://api.openai.com/v1/models",
    anthropic: "https://api.anthropic.com/v1/models",
    azureopenai: "https://my-resource.openai.azure.com/openai/models?api-version=2024-10-21",
    googleai: "https://generativelanguage.googleapis.com/v1beta/models/gemini-2.5-flash",
    bedrock:
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1:0/count-tokens",
    fireworksai: "https://api.fireworks.ai/inference/v1/models",
    elastic: "https://name.es.us-central1.gcp.cloud.es.io:9243/_security/_authenticate",
    pinecone: "https://my-index-c01b5b5.svc.us-east1-gcp.pinecone.io/describe_index_stats",
    cosmosdb: "https://my-account.documents.azure.com/dbs",
    s3vectors: "https://s3vectors.us-east-1.api.aws/ListVectorBuckets",
    a2a: "https://agent.example.com/.well-known/agent-card.json",
  });
});

test.each([
  ["openai", "https://llm.internal/api/v1/", "https://llm.internal/api/v1/models"],
  ["openai", "https://llm.internal/v1/embeddings?team=a", "https://llm.internal/v1/models?team=a"],
  ["anthropic", "https://proxy.internal/anthropic", "https://proxy.internal/anthropic/v1/models"],
  [
    "azureopenai",
    "https://r.openai.azure.com/openai/v1/chat/completions",
    "https://r.openai.azure.com/openai/v1/models",
  ],
  ["azureopenai", "https://r.openai.azure.com/openai/v1/", "https://r.openai.azure.com/openai/v1/models"],
  [
    "azureopenai",
    "https://r.openai.azure.com/openai/deployments/my-gpt/embeddings?api-version=1",
    "https://r.openai.azure.com/openai/models?api-version=1",
  ],
  [
    "googleai",
    "https://g.example/v1beta/models/gemini:streamGenerateContent?alt=sse",
    "https://g.example/v1beta/models/gemini?alt=sse",
  ],
  [
    "bedrock",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock/converse-stream",
    "https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock/count-tokens",
  ],
  ["elastic", "https://proxy.example/es/", "https://proxy.example/es/_security/_authenticate"],
  ["a2a", "https://agents.example/a/b?c=d", "https://agents.example/.well-known/agent-card.json?c=d"],
])("%s at %s is asked at %s", (type, endpoint, url) => {
  expect(urlOf(type, endpoint)).toBe(url);
});
