import { apiKey } from "../auth/api-key.ts";
import { defineConnectionType, post } from "../define.ts";

export const pinecone = defineConnectionType({
  name: "pinecone",
  label: "Pinecone",
  group: "vector_store",
  summary: "Vector search in a Pinecone index.",
  endpoint: { example: "https://my-index-c01b5b5.svc.us-east1-gcp.pinecone.io" },
  // X-Pinecone-Api-Version is the caller's to send: without it the service takes its oldest supported stable version.
  // https://docs.pinecone.io/reference/api/versioning
  auth: [apiKey("api-key")],
  clientKeyHeader: "api-key",
  call: { kind: "below" },
  // Counts of the index: https://docs.pinecone.io/reference/api/2026-07/data-plane/describeindexstats
  // Read units are for queries, fetches and lists; no page found says that this is free: https://docs.pinecone.io/legacy/limits
  verify: post("/describe_index_stats", {}),
  terraform: true,
  source: "https://docs.pinecone.io/reference/api/authentication",
});
