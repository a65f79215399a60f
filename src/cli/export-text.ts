import { randomBytes } from "node:crypto";
import { Document, isMap, isSeq } from "yaml";
import type { ConnectionDescription } from "../client/connections.ts";
import { findConnectionType } from "../connections/connection-type.ts";
import { looksLikeReference } from "../connections/looks-like-reference.ts";
import { yamlText } from "./output/stringify-yaml.ts";

/**
 * Connections as the seed's YAML. Secrets are references to fill in, named after connection and field; so is what else is
 * sealed and the caller may not see. What an optional field that is secret holds, or whether it holds anything, nobody can see:
 * it stands there as a comment. So does every text that would be read from elsewhere once the file is applied: whoever made the
 * connection would choose what of the reader's environment is sent to the endpoint, which is theirs.
 */
export function exportText(
  environment: { readonly id: string; readonly name: string },
  regions: readonly { readonly cloud: string; readonly region: string }[],
  connections: readonly ConnectionDescription[],
): string {
  const variables = new Variables();
  // The server refuses such an endpoint now; one that was stored before is nothing without it.
  const leftOut = connections.filter(({ endpoint }) => looksLikeReference(endpoint));
  const items = connections
    .filter((connection) => !leftOut.includes(connection))
    .map((connection) => itemOf(environment.id, connection, variables));
  const document = new Document({
    managedBy: `${environment.id}/connections-${randomBytes(3).toString("hex")}`,
    environments: [environment],
    regions: regions.map(({ cloud, region }) => ({ cloud: cloud.toLowerCase(), region })),
    connections: items.map(({ item }) => item),
  });
  const list = document.get("connections");
  for (const [index, { notes }] of items.entries()) {
    const node = isSeq(list) ? list.get(index) : undefined;
    const credential = isMap(node) ? node.get("credential", true) : undefined;
    if (notes.length > 0 && isMap(credential)) credential.comment = notes.join("\n");
  }
  document.commentBefore = headOf(
    environment.id,
    variables.names,
    leftOut.map(({ name }) => name),
  );
  return yamlText(document);
}

interface Item {
  readonly item: object;
  /** Lines of comments on fields that may or may not be set, and on those that are left out. */
  readonly notes: readonly string[];
}

function itemOf(environment: string, connection: ConnectionDescription, variables: Variables): Item {
  const { name, type, endpoint, comment, authentication, identity } = connection;
  const fields =
    findConnectionType(type)?.auth.find((method) => method.name === authentication)?.fields ?? {};
  const credential: Record<string, string> = {};
  const notes: string[] = [];
  for (const [key, field] of Object.entries(fields)) {
    if (field.public === true) continue;
    const shown = field.secret === true ? undefined : identity?.[key];
    const isHidden = field.secret === true || identity === null;
    if (shown?.includes("${")) notes.push(plantedNote(key, shown));
    else if (shown !== undefined) credential[key] = shown;
    else if (field.optional !== true) credential[key] = `\${env:${variables.add(name, key)}}`;
    else if (isHidden) notes.push(` ${key}: "\${env:${variableOf(name, key)}}"   # if it is set`);
  }
  const isPlanted = comment !== null && looksLikeReference(comment);
  if (isPlanted) notes.push(plantedNote("comment", comment));
  const options = Object.entries(connection.options).filter(([key, value]) => {
    if (looksLikeReference(value)) notes.push(plantedNote(key, value));
    return !looksLikeReference(value);
  });
  return {
    item: {
      name,
      environment,
      cloud: connection.cloud.toLowerCase(),
      region: connection.region,
      type: type.toLowerCase(),
      endpoint,
      ...(comment === null || isPlanted ? {} : { comment }),
      ...(options.length === 0 ? {} : { options: Object.fromEntries(options) }),
      credential,
    },
    notes,
  };
}

/** A reference that the server resolves is shown for whoever knows it to be meant; of all else nothing is repeated. */
function plantedNote(key: string, value: string): string {
  return /^\$\{(?:env:[A-Za-z_]\w{0,99}|file:[A-Za-z0-9_.-]{1,255})\}$/.test(value)
    ? ` ${key}: "${value}"   # set by whoever made the connection; take it only if you know it to be meant`
    : ` ${key}: left out, because it has the form of a reference that this export did not make`;
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

function headOf(environmentId: string, variables: readonly string[], leftOut: readonly string[]): string {
  const lines = [
    `Connections of environment ${environmentId}, as \`keymoor export\` wrote them. There is no secret in this file.`,
    "",
    "Each ${env:NAME} is a reference that the server resolves at every use. Before this file is applied, set these",
    "variables where the server runs and list them in its KEYMOOR_SECRETS_ENV, or put in their place",
    "${file:NAME} (a file in the server's KEYMOOR_SECRETS_DIR) or ${client-env:NAME} (a variable where `keymoor apply` runs,",
    "whose value is sent and sealed).",
    ...(variables.length === 0 ? [] : ["", ...variables.map((name) => `  ${name}`)]),
    ...(leftOut.length === 0
      ? []
      : ["", `Left out, because their endpoint has the form of a reference: ${leftOut.join(", ")}`]),
    "",
    "managedBy is the name under which the file manages its connections. Keep it, and keep it this file's alone.",
    "",
    "Then: keymoor apply -f THIS-FILE --dry-run",
  ];
  return lines.map((line) => (line === "" ? "" : ` ${line}`)).join("\n");
}
