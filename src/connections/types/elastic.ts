import { apiKey } from "../auth/api-key.ts";
import { basic } from "../auth/basic.ts";
import { defineConnectionType, get } from "../define.ts";

export const elastic = defineConnectionType({
  name: "elastic",
  label: "Elasticsearch",
  group: "vector_store",
  summary: "Text and vector search in an Elasticsearch cluster.",
  mark: "elasticsearch",
  endpoint: { example: "https://name.es.us-central1.gcp.cloud.es.io:9243" },
  // The key is the `encoded` one, base64 of id and secret, as Elasticsearch hands it out.
  auth: [apiKey("authorization", "ApiKey"), basic()],
  call: { kind: "below" },
  // Says who the credential is: https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-security-authenticate
  verify: get("/_security/_authenticate", {
    // OpenSearch knows no such path, and answers 400 before it looks at the credential.
    elsewhere: { answered: [400], path: "/_plugins/_security/authinfo" },
  }),
  terraform: true,
  source: "https://www.elastic.co/docs/api/doc/elasticsearch/authentication",
});
