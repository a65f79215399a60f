import { errorAnswers } from "../error-answers.ts";

const description =
  "Sends the request to the connection's service with the credential put on, and streams the answer back. Any method; what follows the path, and the query, go to the service byte for byte. `Keymoor-Answer` says whether the answer is the service's (`upstream`) or Keymoor's own (`keymoor`).";

const answers = {
  default: { description: "What the service answers.", content: { "*/*": {} } },
  ...Object.fromEntries(
    Object.entries(
      errorAnswers([
        "call_not_possible",
        "call_path_invalid",
        "call_method_not_allowed",
        "address_forbidden",
        "secret_reference_invalid",
        "user_unauthenticated",
        "user_unauthorized",
        "connection_not_found",
        "body_too_large",
        "too_many_attempts",
        "upstream_unreachable",
        "upstream_echoed_secret",
        "token_refused",
        "upstream_timeout",
      ]),
    ).map(([status, { description, schema }]) => [
      status,
      { description, content: { "application/json": { schema } } },
    ]),
  ),
};

const text = { type: "string" as const };
const name = {
  name: "name",
  in: "path" as const,
  required: true,
  description: "Name of the connection.",
  schema: text,
};
const place = [
  {
    name: "organization_id",
    in: "path" as const,
    required: true,
    description: "UUID of the organization.",
    schema: text,
  },
  {
    name: "environment_id",
    in: "path" as const,
    required: true,
    description: "Id of the environment.",
    schema: text,
  },
];

function call(operationId: string, summary: string, parameters: readonly (typeof name)[], hasBody: boolean) {
  return {
    tags: ["Calls"],
    operationId,
    summary,
    description,
    security: [{ useToken: [] }, { apiKey: [] }],
    parameters: [...parameters],
    ...(hasBody && { requestBody: { content: { "*/*": {} } } }),
    responses: answers,
  };
}

/** OpenAPI has no way to say "any method" and "any path below", so the two most common stand for all. */
export const callPaths = {
  "/c/{name}": {
    get: call("callByGet", "Call, in short", [name], false),
    post: call("callByPost", "Call, in short", [name], true),
  },
  "/keymoor/v1/organizations/{organization_id}/environments/{environment_id}/connections/{name}/call": {
    get: call("callInEnvironmentByGet", "Call", [...place, name], false),
    post: call("callInEnvironmentByPost", "Call", [...place, name], true),
  },
};
