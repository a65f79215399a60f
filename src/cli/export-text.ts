import { Document, isMap, isSeq } from "yaml";
import type { ConnectionDescription } from "../client/connections.ts";
import { findConnectionType } from "../connections/connection-type.ts";

/**
 * Connections as the seed's YAML. Secrets are references to fill in, named after connection and field; so is what else is
 * sealed and the caller may not see. What an optional field that is secret holds, or whether it holds anything, nobody can see:
 * it stands there as a comment.
 */
export function exportText(
  environment: { readonly id: string; readonly name: string },
  regions: readonly { readonly cloud: string; readonly region: string }[],
  connections: readonly ConnectionDescription[],
): string {
  const variables = new Variables();
  const items = connections.map((connection) => itemOf(environment.id, connection, variables));
  const document = new Document({
    environments: [environment],
    regions: regions.map(({ cloud, region }) => ({ cloud: cloud.toLowerCase(), region })),
    connections: items.map(({ item }) => item),
  });
  const list = document.get("connections");
  for (const [index, { unknown }] of items.entries()) {
    const node = isSeq(list) ? list.get(index) : undefined;
    const credential = isMap(node) ? node.get("credential", true) : undefined;
    if (unknown.length > 0 && isMap(credential)) credential.comment = unknown.join("\n");
  }
  document.commentBefore = headOf(environment.id, variables.names);
  return document.toString({ lineWidth: 0 });
}

interface Item {
  readonly item: object;
  /** Lines of comments on fields that may or may not be set. */
  readonly unknown: readonly string[];
}

function itemOf(environment: string, connection: ConnectionDescription, variables: Variables): Item {
  const { name, type, endpoint, comment, options, authentication, identity } = connection;
  const fields =
    findConnectionType(type)?.auth.find((method) => method.name === authentication)?.fields ?? {};
  const credential: Record<string, string> = {};
  const unknown: string[] = [];
  for (const [key, field] of Object.entries(fields)) {
    if (field.public === true) continue;
    const shown = field.secret === true ? undefined : identity?.[key];
    const isHidden = field.secret === true || identity === null;
    if (shown !== undefined) credential[key] = shown;
    else if (field.optional !== true) credential[key] = `\${env:${variables.add(name, key)}}`;
    else if (isHidden) unknown.push(` ${key}: "\${env:${variableOf(name, key)}}"   # if it is set`);
  }
  return {
    item: {
      name,
      environment,
      cloud: connection.cloud.toLowerCase(),
      region: connection.region,
      type: type.toLowerCase(),
      endpoint,
      ...(comment === null ? {} : { comment }),
      ...(Object.keys(options).length === 0 ? {} : { options }),
      credential,
    },
    unknown,
  };
}

/** Two connections never share a variable: `a-b` and `a_b`, or one name in two regions, get numbers. */
class Variables {
  readonly #names = new Set<string>();

  get names(): readonly string[] {
    return [...this.#names];
  }

  add(connection: string, field: string): string {
    const wanted = variableOf(connection, field);
    let name = wanted;
    for (let number = 2; this.#names.has(name); number += 1) name = `${wanted}_${number}`;
    this.#names.add(name);
    return name;
  }
}

function variableOf(connection: string, field: string): string {
  const name = `${connection}_${field}`.toUpperCase().replace(/[^A-Z0-9]+/g, "_");
  return /^[0-9]/.test(name) ? `C_${name}` : name;
}

function headOf(environmentId: string, variables: readonly string[]): string {
  const lines = [
    `Connections of environment ${environmentId}, as \`keymoor export\` wrote them. There is no secret in this file.`,
    "",
    "Each ${env:NAME} is a reference that the server resolves at every use. Before this file is applied, set these",
    "variables where the server runs and list them in its KEYMOOR_SECRETS_ENV, or put in their place",
    "${file:NAME} (a file in the server's KEYMOOR_SECRETS_DIR) or ${client-env:NAME} (a variable where `keymoor apply` runs,",
    "whose value is sent and sealed).",
    ...(variables.length === 0 ? [] : ["", ...variables.map((name) => `  ${name}`)]),
    "",
    "Then: keymoor apply -f THIS-FILE --dry-run",
  ];
  return lines.map((line) => (line === "" ? "" : ` ${line}`)).join("\n");
}
