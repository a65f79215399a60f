import { shellWord } from "./shell-word.ts";
import { optionsOf, type SnippetInput } from "./snippet-input.ts";

/** The request that makes it, as Confluent's contract has it: the credential is a JSON object written as a string. */
export function curlText(input: SnippetInput): string {
  const { type, method, organizationId, environmentId, cloud, region, url } = input;
  const data = Object.fromEntries([
    ...(method.auth_type === undefined ? [] : [["AUTH_TYPE", method.auth_type]]),
    ...optionsOf(input).map(({ field, value }) => [field.wire_key, value]),
  ]);
  const body = {
    name: input.name,
    spec: {
      connection_type: type.wire_name,
      endpoint: input.endpoint,
      auth_data: { kind: "PlaintextProvider", data: JSON.stringify(data) },
    },
  };
  const address = `${url}/sql/v1/organizations/${organizationId}/environments/${environmentId}/connections`;
  return [
    `curl -sS -u "$KEY" ${shellWord(address)}`,
    `-H 'Keymoor-Region: ${cloud.toLowerCase()}.${region}'`,
    "-H 'Content-Type: application/json'",
    `-d ${shellWord(JSON.stringify(body, null, 2))}`,
  ].join(" \\\n  ");
}
