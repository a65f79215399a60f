import { goJson } from "../wire.ts";

/** Flags of `flink connection create` and `update` that carry a credential (contract/cli.md 4). */
export const wireKeys = {
  "api-key": "API_KEY",
  "aws-access-key": "AWS_ACCESS_KEY_ID",
  "aws-secret-key": "AWS_SECRET_ACCESS_KEY",
  "aws-session-token": "AWS_SESSION_TOKEN",
  "service-key": "SERVICE_KEY",
  username: "USERNAME",
  password: "PASSWORD",
  token: "BEARER_TOKEN",
  "token-endpoint": "OAUTH2_TOKEN_ENDPOINT",
  "client-id": "OAUTH2_CLIENT_ID",
  "client-secret": "OAUTH2_CLIENT_SECRET",
  scope: "OAUTH2_SCOPE",
  "sse-endpoint": "SSE_ENDPOINT",
  "transport-type": "TRANSPORT_TYPE",
} as const;

export type CredentialFlag = keyof typeof wireKeys;
export type CredentialFlags = Readonly<Partial<Record<CredentialFlag, string>>>;

const key = ["api-key"] as const;
const login = ["username", "password"] as const;
const token = ["token"] as const;
const aws = ["aws-access-key", "aws-secret-key", "aws-session-token"] as const;
const oauth = ["token-endpoint", "client-id", "client-secret", "scope"] as const;
const mcp = ["transport-type", "sse-endpoint"] as const;

/** The 19 types that the CLI knows, each with the sets of flags that it takes for it, optional ones included. */
export const cliTypes: Readonly<Record<string, readonly (readonly CredentialFlag[])[]>> = {
  openai: [key],
  azureml: [key],
  azureopenai: [key],
  anthropic: [key],
  fireworksai: [key],
  googleai: [key],
  pinecone: [key],
  cosmosdb: [key],
  bedrock: [aws],
  sagemaker: [aws],
  s3vectors: [aws],
  vertexai: [["service-key"]],
  mongodb: [login],
  couchbase: [login],
  confluent_jdbc: [login],
  elastic: [key, login],
  rest: [login, token, oauth],
  a2a: [key, login, token, oauth],
  mcp_server: [key, login, token, oauth].map((flags) => [...flags, ...mcp]),
};

/** `auth_data` of the flags: an object written as a string. `AUTH_TYPE` is the CLI's own guess, or absent. */
export function authData(flags: CredentialFlags): { readonly kind: string; readonly data: string } {
  const data = Object.fromEntries(
    Object.entries(flags).map(([flag, value]) => [wireKeys[flag as CredentialFlag], value]),
  );
  const authType = authTypeOf(flags);
  return {
    kind: "PlaintextProvider",
    data: goJson(authType === undefined ? data : { ...data, AUTH_TYPE: authType }),
  };
}

function authTypeOf(flags: CredentialFlags): string | undefined {
  if (flags["api-key"] !== undefined) return "API_KEY";
  if (flags.username !== undefined) return "BASIC";
  if (flags.token !== undefined) return "BEARER";
  if (flags["client-id"] !== undefined) return "OAUTH2";
  return undefined;
}
