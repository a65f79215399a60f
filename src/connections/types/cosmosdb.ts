import { cosmosKey } from "../auth/cosmos-key.ts";
import { defineConnectionType, get } from "../define.ts";

export const cosmosdb = defineConnectionType({
  name: "cosmosdb",
  label: "Azure Cosmos DB",
  group: "vector_store",
  summary: "Vector search in Azure Cosmos DB for NoSQL.",
  endpoint: { example: "https://my-account.documents.azure.com:443/" },
  auth: [cosmosKey()],
  // Every request must name a version; the latest listed one, and a caller's own wins:
  // https://learn.microsoft.com/rest/api/cosmos-db/
  defaultHeaders: { "x-ms-version": "2018-12-31" },
  call: { kind: "below" },
  // Lists the databases, on request units reserved by the system, not on those of a database or container:
  // https://learn.microsoft.com/azure/cosmos-db/nosql/troubleshoot-request-rate-too-large
  // 403 is a firewall, a quota or an expired token, so perhaps a clock that is wrong:
  // https://learn.microsoft.com/rest/api/cosmos-db/http-status-codes-for-cosmosdb
  verify: get("/dbs"),
  source: "https://learn.microsoft.com/rest/api/cosmos-db/access-control-on-cosmosdb-resources",
});
