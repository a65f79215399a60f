import { errorAnswers } from "../error-answers.ts";

const description =
  "Sends the request to the connection's service with the credential put on, and streams the answer back. Any method but TRACE and CONNECT; what follows the path, and the query, go to the service byte for byte. `Keymoor-Answer` says whether the answer is the service's (`upstream`) or Keymoor's own (`keymoor`).";

const answers = {
  "2XX": { description: "What the service answers.", content: { "*/*": {} } },
  default: { description: "What the service answers, whatever the status.", content: { "*/*": {} } },
  ...Object.fromEntries(
    Object.entries(
      errorAnswers([
        "invalid_request",
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
        "internal_error",
        "stopping",
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

const morePath = {
  name: "more_path",
  in: "path" as const,
  required: true,
  description: "More path for the service; it may hold slashes.",
  schema: text,
};

/** Those that OpenAPI knows; TRACE is refused. */
const methods = ["get", "post", "put", "patch", "delete", "head", "options"] as const;

/** A path by every method. */
function calls(operation: string, summary: string, parameters: readonly (typeof name)[]) {
  return Object.fromEntries(
    methods.map((method) => [
      method,
      {
        tags: ["Calls"],
        operationId: `${operation}By${method.charAt(0).toUpperCase()}${method.slice(1)}`,
        summary,
        description,
        security: [{ useToken: [] }, { apiKey: [] }, { accessToken: [] }, { session: [] }],
        parameters: [...parameters],
        ...(method !== "get" && method !== "head" && { requestBody: { content: { "*/*": {} } } }),
        responses: answers,
      },
    ]),
  );
}

const short = "/c/{name}";
const long =
  "/keymoor/v1/organizations/{organization_id}/environments/{environment_id}/connections/{name}/call";

/** OpenAPI has no way to say "any path below": a parameter stands for it. */
export const callPaths = {
  [short]: calls("call", "Call, in short", [name]),
  [`${short}/{more_path}`]: calls("callBelow", "Call with more path, in short", [name, morePath]),
  [long]: calls("callInEnvironment", "Call", [...place, name]),
  [`${long}/{more_path}`]: calls("callBelowInEnvironment", "Call with more path", [...place, name, morePath]),
};
