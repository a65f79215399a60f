import { type CatalogueEntry, catalogue } from "../connections/catalogue.ts";
import { requireConnectionType } from "../connections/connection-type.ts";
import type { AuthMethod, ConnectionType } from "../connections/define.ts";
import { Secret } from "../secret.ts";
import { printConnectionStatement } from "../sql/print-connection-statement.ts";

/** docs/connection-types.md, from the catalogue of connection types. */
export function connectionTypesPage(): string {
  const entries = catalogue();
  const rows = entries.map(
    ({ name, label, auth_methods, call }) =>
      `| [\`${name}\`](#${name}) | ${label} | ${auth_methods.map((method) => method.label).join(", ")} | ${callColumn[call.kind]} |`,
  );
  return [introduction(rows), ...entries.map(section)].join("\n");
}

/** The statement that the page shows for a type and a way to authenticate. */
export function exampleStatement(type: ConnectionType, method: AuthMethod): string {
  const fields = Object.entries(method.fields).filter(([, { optional }]) => optional !== true);
  const options = {
    type: type.name,
    endpoint: type.endpoint.example,
    ...optionsForCalls(type),
    ...Object.fromEntries(fields.map(([key, field]) => [key, exampleValue(key, field)])),
  };
  const position = { line: 1, column: 1 };
  return printConnectionStatement({
    kind: "create",
    orReplace: false,
    ifNotExists: false,
    name: { name: `my_${type.name}`, position },
    comment: undefined,
    options: Object.entries(options).map(([key, value]) => ({
      key,
      value: new Secret(value),
      keyPosition: position,
      valuePosition: position,
    })),
  });
}

type CatalogueField = CatalogueEntry["options"][number];

const callColumn: Readonly<Record<CatalogueEntry["call"]["kind"], string>> = {
  none: "no",
  endpoint: "the endpoint",
  below: "any path below",
  operations: "listed operations",
};

function introduction(rows: readonly string[]): string {
  return `<!-- Generated from src/connections/types/ by \`npm run docs\`. Do not edit. -->
# Connection types

A type says what a connection's endpoint looks like, which credential it takes, and how that credential goes on a request.
\`GET /keymoor/v1/connection-types\` serves the same facts as JSON. [sql.md](sql.md) has the statements, [calls.md](calls.md) the calls.

| type | service | ways to authenticate | calls |
|---|---|---|---|
${rows.join("\n")}

How to read the sections:

- Give the options of **one** way to authenticate, all that are required and none of another.
- **SQL option** is the key in \`WITH (...)\`. **REST key** is the key inside \`auth_data.data\`. \`AUTH_TYPE\` may be left out there; when it is sent, it must be right.
- **shown** is seen by everyone who may list connections. **identifying** is sealed and masked; \`DESCRIBE CONNECTION EXTENDED\` shows it to those who may
  rotate. **secret** is sealed and never shown again.
- Types and listed values are taken in any case. REST answers a type as it was sent, \`DESCRIBE\` in upper case, \`SHOW CREATE\` in lower case.
- A value that is sealed has at most 4000 bytes in UTF-8. It may be a reference, \`\${file:NAME}\` or \`\${env:NAME}\` ([sql.md](sql.md#references)).
  The examples use one where the value is a whole file.
- An endpoint has at most 16384 characters and carries no user name, password or key.
`;
}

function section(entry: CatalogueEntry): string {
  const type = requireConnectionType(entry.name);
  const parts = [
    `## ${entry.name}`,
    `**${entry.label}.** ${entry.summary}`,
    `**Endpoint:** ${alternatives(entry.endpoint.schemes)}, for example \`${entry.endpoint.example}\``,
    ...optionsPart(entry),
    ...entry.auth_methods.flatMap((method, index) => methodPart(type, method, type.auth[index])),
    callPart(entry, type),
    checkPart(entry, type),
    `Checked against <${entry.source}>.`,
  ];
  return `${parts.join("\n\n")}\n`;
}

function optionsPart({ options }: CatalogueEntry): string[] {
  return options.length === 0
    ? []
    : ["**Options of the type,** beside those of a way to authenticate:", table(options)];
}

function methodPart(
  type: ConnectionType,
  method: CatalogueEntry["auth_methods"][number],
  facts: AuthMethod | undefined,
): string[] {
  if (facts === undefined) throw new Error(`${type.name} has no auth method ${method.name}`);
  const sentences = [
    method.auth_type === undefined ? "`AUTH_TYPE`: none." : `\`AUTH_TYPE\`: \`${method.auth_type}\`.`,
    ...(facts.sets.length === 0
      ? []
      : [`Keymoor sets ${facts.sets.map((name) => `\`${name}\``).join(", ")}; a caller's own are dropped.`]),
    ...(facts.signsBody ? ["The body is signed, so it has at most 25 MiB."] : []),
    ...(facts.fetchesToken
      ? [
          "An access token is fetched with it, kept until shortly before it expires, and fetched once more on 401.",
        ]
      : []),
    ...(method.may_be_empty ? ["All of its fields given empty (`''`) mean that no credential is sent."] : []),
  ];
  return [
    `### ${method.label}`,
    sentences.join(" "),
    table(method.fields),
    `\`\`\`sql\n${exampleStatement(type, facts)};\n\`\`\``,
  ].filter((part) => part !== "");
}

function table(fields: readonly CatalogueField[]): string {
  const rows = fields.map(
    (field) =>
      `| \`${field.key}\` | \`${field.wire_key}\` | ${field.visibility === "public" ? "shown" : field.visibility} | ${field.required ? "yes" : "no"} | ${about(field)} |`,
  );
  return [
    "| SQL option | REST key | visibility | required | meaning |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

function about({ label, hint, values, default: fallback, directs_secrets }: CatalogueField): string {
  const sentences = [
    `${label}.`,
    ...(values === undefined ? [] : [`${alternatives(values)}.`]),
    ...(fallback === undefined ? [] : [`Default: \`${fallback}\`.`]),
    ...(hint === undefined ? [] : [hint]),
    ...(directs_secrets
      ? ["Says where secrets travel: a change needs all of them in the same request."]
      : []),
  ];
  return sentences.join(" ").replaceAll("|", "\\|");
}

function callPart({ call, client_key_header }: CatalogueEntry, type: ConnectionType): string {
  if (call.kind === "none") return `**Calls:** none. ${call.because}`;
  const defaults = Object.entries(type.defaultHeaders ?? {});
  const refusal = type.refuseCall?.(defaultOptions(type));
  return [
    `**Calls:** ${whereTo(type)}`,
    ...(refusal === undefined ? [] : [`With default options there are none: ${refusal}`]),
    `A use token is taken in ${["`Authorization: Bearer`", ...(client_key_header ? [`\`${client_key_header}\``] : [])].join(" and ")}.`,
    ...defaults.map(([name, value]) => `\`${name}: ${value}\` is sent unless the caller sends another.`),
  ].join(" ");
}

function whereTo({ call }: ConnectionType): string {
  if (call.kind === "operations") {
    const operations = call.operations.map((operation) => `\`${operation}\``).join(", ");
    return `the endpoint as stored. One of these paths takes the place of the one that the endpoint ends in: ${operations}. Other paths are refused.`;
  }
  return call.kind === "below"
    ? "the endpoint as stored, and any path below it."
    : "the endpoint as stored. More path is refused.";
}

function checkPart({ verify }: CatalogueEntry, { auth }: ConnectionType): string {
  const reached = "look-up, TCP and TLS";
  switch (verify.kind) {
    case "request": {
      const request = verify.request?.includes(" ")
        ? `\`${verify.request}\``
        : `\`${verify.request}\` on the endpoint's own path`;
      const open = verify.is_public
        ? " Services answer it without a credential too, so only a refusal says something."
        : "";
      return `**Check:** ${reached}, then ${request}.${open}`;
    }
    case "mcp":
      return `**Check:** ${reached}, then MCP's \`initialize\` and a count of the tools.`;
    case "login":
      return `**Check:** ${reached}. Where the endpoint begins with ${alternatives(verify.drivers ?? [])}, a driver logs in.`;
    case "token": {
      const methods = auth.filter(({ fetchesToken }) => fetchesToken).map(({ label }) => label);
      return `**Check:** ${reached}. A token is fetched where there is one to fetch (${methods.join(", ")}), and is the proof; the service itself is asked nothing.`;
    }
    case "reach":
      return `**Check:** ${reached}. No request is known that is free of charge and effect, so the credential is not proven.`;
  }
}

/** Listed values with which a type can be called through, where its defaults do not allow it. */
function optionsForCalls(type: ConnectionType): Record<string, string> {
  const options = defaultOptions(type);
  if (type.refuseCall?.(options) === undefined) return {};
  for (const [key, { values = [] }] of Object.entries(type.options)) {
    const value = values.find((one) => type.refuseCall?.({ ...options, [key]: one }) === undefined);
    if (value !== undefined) return { [key]: value };
  }
  return {};
}

function defaultOptions({ options }: ConnectionType): Record<string, string> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, field]) =>
      field.default === undefined ? [] : [[key, field.default]],
    ),
  );
}

function exampleValue(key: string, { label, form }: AuthMethod["fields"][string]): string {
  if (form === "url") return "https://auth.example.com/oauth2/token";
  if (form === "text") return `\${file:${key}}`;
  return `your-${label.toLowerCase().replaceAll(" ", "-")}`;
}

function alternatives(names: readonly string[]): string {
  const quoted = names.map((name) => `\`${name}\``);
  return quoted.length < 2 ? quoted.join() : `${quoted.slice(0, -1).join(", ")} or ${quoted.at(-1)}`;
}
