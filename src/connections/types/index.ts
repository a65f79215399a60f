import type { ConnectionType } from "../define.ts";
import { a2a } from "./a2a.ts";
import { anthropic } from "./anthropic.ts";
import { azureml } from "./azureml.ts";
import { azureopenai } from "./azureopenai.ts";
import { bedrock } from "./bedrock.ts";
import { confluentJdbc } from "./confluent-jdbc.ts";
import { cosmosdb } from "./cosmosdb.ts";
import { couchbase } from "./couchbase.ts";
import { elastic } from "./elastic.ts";
import { fireworksai } from "./fireworksai.ts";
import { googleai } from "./googleai.ts";
import { mcpServer } from "./mcp-server.ts";
import { mongodb } from "./mongodb.ts";
import { openai } from "./openai.ts";
import { pinecone } from "./pinecone.ts";
import { rest } from "./rest.ts";
import { s3vectors } from "./s3vectors.ts";
import { sagemaker } from "./sagemaker.ts";
import { vertexai } from "./vertexai.ts";

/** Every connection type, in the order users see. */
export const connectionTypes: readonly ConnectionType[] = [
  openai,
  anthropic,
  azureopenai,
  azureml,
  googleai,
  vertexai,
  bedrock,
  sagemaker,
  fireworksai,
  mongodb,
  elastic,
  pinecone,
  couchbase,
  cosmosdb,
  s3vectors,
  confluentJdbc,
  rest,
  mcpServer,
  a2a,
];
