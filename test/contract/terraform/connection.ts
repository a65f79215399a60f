import { optionalTextAt, readJson, textAt, valueAt } from "../reading.ts";
import { goJson } from "../wire.ts";
import { placeOf, sqlPath } from "./flink-place.ts";
import { accept, isGone, judgeMetadata, type Provider, TerraformFailure } from "./provider.ts";
import { type Attributes, type Resource, textOf } from "./resource.ts";

const wireKeys: Readonly<Record<string, string>> = {
  api_key: "API_KEY",
  aws_access_key: "AWS_ACCESS_KEY_ID",
  aws_secret_key: "AWS_SECRET_ACCESS_KEY",
  aws_session_token: "AWS_SESSION_TOKEN",
  service_key: "SERVICE_KEY",
  username: "USERNAME",
  password: "PASSWORD",
};

const key = ["api_key"] as const;
const aws = ["aws_access_key", "aws_secret_key"] as const;
const login = ["username", "password"] as const;

/** The eleven types that the provider's validator takes, with the secrets each needs (contract/terraform.md 2). */
export const terraformTypes: Readonly<Record<string, readonly string[]>> = {
  OPENAI: key,
  AZUREML: key,
  AZUREOPENAI: key,
  GOOGLEAI: key,
  ELASTIC: key,
  PINECONE: key,
  BEDROCK: aws,
  SAGEMAKER: aws,
  VERTEXAI: ["service_key"],
  MONGODB: login,
  COUCHBASE: login,
};

/** `confluent_flink_connection` (contract/terraform.md 2). */
export const connection: Resource = {
  type: "confluent_flink_connection",
  forceNew: ["rest_endpoint"],

  create: async (provider, block) => {
    judgeSecrets(block);
    const answer = await send(provider, block, "POST", undefined, bodyOf(block));
    const created = readJson(accept(answer, [400, 401, 403, 409, 422]));
    judgeMetadata(created);
    textAt(created, "name");
    const state = await readState(provider, block);
    // The object is there, and yet it is tainted: the next run would delete it.
    if (state === undefined) throw new TerraformFailure("a connection was not found after it was created");
    return state;
  },

  read: readState,

  /** Only secrets may differ, and what the server refuses is in the state all the same. */
  update: async (provider, state, block, changed) => {
    if (changed.some((name) => wireKeys[name] === undefined))
      throw new TerraformFailure("only auth token attributes can be updated for Flink Connection");
    judgeSecrets(block);
    accept(
      await send(provider, block, "PUT", textOf(state, "display_name"), bodyOf(block)),
      [400, 401, 403, 404],
    );
    return (await readState(provider, block)) ?? block;
  },

  delete: async (provider, state) => {
    accept(await send(provider, state, "DELETE", textOf(state, "display_name")), [400, 401, 403, 404]);
  },

  /** `<organization>/<environment>/<name>`, of which the name alone counts; secrets come from variables. */
  import: async (provider, id, variables) => {
    const state = await readState(provider, { ...variables, display_name: id.split("/").at(-1) ?? "" });
    if (state === undefined) throw new TerraformFailure("cannot import what is not there");
    return state;
  },
};

async function readState(provider: Provider, known: Attributes): Promise<Attributes | undefined> {
  const answer = await send(provider, known, "GET", textOf(known, "display_name"));
  if (isGone(answer)) return undefined;
  const json = readJson(accept(answer, [400, 401, 403, 404]));
  judgeMetadata(json);
  judgeAuthData(valueAt(json, "spec.auth_data"));
  return {
    ...known,
    display_name: textAt(json, "name"),
    type: textAt(json, "spec.connection_type"),
    endpoint: textAt(json, "spec.endpoint"),
    api_version: optionalTextAt(json, "api_version"),
    kind: optionalTextAt(json, "kind"),
  };
}

/** Absent or of the one kind it knows: all else ends in "unexpected end of JSON input". */
export function judgeAuthData(authData: unknown): void {
  if (authData === undefined) return;
  const kind = optionalTextAt(authData, "kind");
  if (kind !== "PlaintextProvider" && kind !== "sql.v1.PlaintextProvider")
    throw new TerraformFailure("unexpected end of JSON input");
}

function send(
  provider: Provider,
  attributes: Attributes,
  method: string,
  name: string | undefined,
  body?: object,
) {
  const place = placeOf(provider, attributes);
  return provider.sql(
    place.restEndpoint,
    place.credentials,
    method,
    sqlPath(place, "connections", name),
    body,
  );
}

function bodyOf(block: Attributes): object {
  const data = Object.fromEntries(
    Object.entries(wireKeys).flatMap(([name, wire]) =>
      block[name] === undefined ? [] : [[wire, block[name]]],
    ),
  );
  return {
    name: textOf(block, "display_name"),
    spec: {
      connection_type: textOf(block, "type"),
      endpoint: textOf(block, "endpoint"),
      auth_data: { kind: "PlaintextProvider", data: goJson(data) },
    },
  };
}

function judgeSecrets(block: Attributes): void {
  const type = textOf(block, "type");
  const missing = (terraformTypes[type] ?? []).find((name) => block[name] === undefined);
  if (missing !== undefined) throw new TerraformFailure(`must provide ${missing} for type ${type}`);
}
