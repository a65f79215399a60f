import { optionsOf, type SnippetInput } from "./snippet-input.ts";

/**
 * The resource of Confluent's provider, with who applies in the provider's own settings; undefined where the provider does not
 * know the type or the way to authenticate.
 */
export function terraformText(input: SnippetInput): string | undefined {
  const { type, method } = input;
  if (!type.terraform || method !== type.auth_methods[0]) return undefined;
  const label = input.name.replace(/[^A-Za-z0-9_-]/g, "_").replace(/^(?=[^A-Za-z_])/, "_");
  const options = optionsOf(input);
  const secrets = options.filter(({ field }) => field.visibility === "secret");
  const variables = secrets.map(
    ({ field }) => `variable "${attributeOf(field.key)}" {\n  type      = string\n  sensitive = true\n}\n`,
  );
  const attributes: readonly (readonly [string, string])[] = [
    ["display_name", hclText(input.name)],
    ["type", hclText(type.wire_name)],
    ["endpoint", hclText(input.endpoint)],
    ...options.map(
      ({ field, value }) =>
        [
          attributeOf(field.key),
          field.visibility === "secret" ? `var.${attributeOf(field.key)}` : hclText(value),
        ] as const,
    ),
  ];
  const width = Math.max(...attributes.map(([name]) => name.length));
  const lines = attributes.map(([name, value]) => `  ${name.padEnd(width)} = ${value}`);
  return [
    ...variables,
    `resource "confluent_flink_connection" "${label}" {`,
    ...lines,
    "",
    "  lifecycle {",
    "    prevent_destroy = true",
    "  }",
    "}",
  ].join("\n");
}

/** The provider's attributes are the SQL options in snake_case. */
function attributeOf(key: string): string {
  return key.replaceAll("-", "_");
}

/** A quoted template of HCL, in which nothing is replaced. */
function hclText(text: string): string {
  return JSON.stringify(text).replace(/[$%](?=\{)/g, (sign) => sign + sign);
}
