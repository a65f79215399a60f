import { shellWord } from "../connections/snippets/shell-word.ts";
import type { ToolPlace } from "./tool-place.ts";
import type { Tool } from "./tools-search.ts";

export interface ToolSection {
  readonly title: string;
  readonly text: string;
  /** Of the code, as it is heard and copied: "commands". */
  readonly what: string;
  readonly code: string;
}

/** What to paste for a tool, in the order in which one does it. */
export function toolSections(tool: Tool, place: ToolPlace): readonly ToolSection[] {
  return sections[tool](place);
}

const sections: Readonly<Record<Tool, (place: ToolPlace) => readonly ToolSection[]>> = {
  keymoor,
  confluent,
  terraform,
  curl,
  programs,
};

function keymoor({ url, environmentId, cloud, region }: ToolPlace): readonly ToolSection[] {
  return [
    {
      title: "Sign in",
      text: "Kept in a file that only you can read. It asks for the secret of the key. In a clone write bin/keymoor in the place of keymoor.",
      what: "command",
      code: `keymoor login --url ${shellWord(url)} --api-key YOUR-KEY`,
    },
    {
      title: "Work",
      text: "Where there is only one environment and region, the flags can be left out.",
      what: "commands",
      code: [
        "keymoor whoami",
        `keymoor connection list --environment ${environmentId} --cloud ${cloud} --region ${region}`,
        "keymoor sql 'SHOW CONNECTIONS'",
      ].join("\n"),
    },
    {
      title: "In a script or a pipeline",
      text: "A key from the environment takes the place of a sign-in.",
      what: "commands",
      code: [
        `export KEYMOOR_URL=${shellWord(url)}`,
        "export KEYMOOR_API_KEY=... KEYMOOR_API_SECRET=...",
        `keymoor connection list --environment ${environmentId} --cloud ${cloud} --region ${region} -o json`,
      ].join("\n"),
    },
  ];
}

function confluent({ url, regionUrl, cloud, region, email }: ToolPlace): readonly ToolSection[] {
  return [
    {
      title: "Sign in",
      text: "The Confluent CLI, unmodified, takes a server for Confluent Cloud if its URL ends in confluent.cloud. It asks for your password.",
      what: "commands",
      code: [
        ...(email === undefined ? [] : [`# your address: ${email}`]),
        `confluent login --url ${shellWord(`${url}/confluent.cloud`)}`,
        `confluent flink region use --cloud ${cloud} --region ${region}`,
        `confluent flink endpoint use ${shellWord(regionUrl)}`,
      ].join("\n"),
    },
    {
      title: "Work",
      text: "The same commands as with Confluent Cloud.",
      what: "commands",
      code: [
        `confluent flink connection list --cloud ${cloud} --region ${region}`,
        `confluent flink shell --cloud ${cloud} --region ${region}`,
      ].join("\n"),
    },
    {
      title: "Before the first use",
      text: "Without these switches it asks Confluent's own host for feature flags at every command, and for the list of versions once a day.",
      what: "commands",
      code: [
        "mkdir -p -m 700 ~/.confluent",
        `echo '{"disable_feature_flags":true,"disable_plugins":true,"disable_update_check":true}' > ~/.confluent/config.json`,
      ].join("\n"),
    },
  ];
}

function terraform(place: ToolPlace): readonly ToolSection[] {
  const { url, regionUrl, organizationId, environmentId, computePoolId, principalId } = place;
  return [
    {
      title: "The provider",
      text: "Confluent's provider, unmodified. It has no environment variable for its endpoint, so that one stands in the block.",
      what: "Terraform",
      code: `terraform {\n  required_providers {\n    confluent = { source = "confluentinc/confluent" }\n  }\n}\n\nprovider "confluent" {\n  endpoint = "${url}"\n}`,
    },
    {
      title: "Who applies, and where",
      text: "A Cloud key for environments, accounts and roles; a Flink key for connections and statements. Take secrets of services from sensitive variables.",
      what: "commands",
      code: [
        "export CONFLUENT_CLOUD_API_KEY=... CONFLUENT_CLOUD_API_SECRET=...",
        `export CONFLUENT_ORGANIZATION_ID=${organizationId} CONFLUENT_ENVIRONMENT_ID=${environmentId}`,
        `export FLINK_COMPUTE_POOL_ID=${computePoolId ?? "..."} FLINK_PRINCIPAL_ID=${principalId}`,
        `export FLINK_REST_ENDPOINT=${shellWord(regionUrl)}`,
        "export FLINK_API_KEY=... FLINK_API_SECRET=...",
      ].join("\n"),
    },
    {
      title: "Apply",
      text: "The page of each connection has it as a resource to copy.",
      what: "commands",
      code: "terraform init\nterraform apply\nterraform plan -detailed-exitcode   # 0: nothing to do",
    },
  ];
}

function curl({ url, regionUrl, organizationId, environmentId }: ToolPlace): readonly ToolSection[] {
  return [
    {
      title: "Paste these lines once",
      text: "KEY is a Flink key of the region, written as id and secret with a colon between.",
      what: "commands",
      code: [
        `BASE=${shellWord(regionUrl)} ORG=${organizationId} ENV=${environmentId}`,
        "KEY=YOUR-KEY:YOUR-SECRET",
        "SQL=$BASE/sql/v1/organizations/$ORG/environments/$ENV",
      ].join("\n"),
    },
    {
      title: "Then",
      text: "Connections as Confluent's API has them, and who one is.",
      what: "commands",
      code: ['curl -sS -u "$KEY" "$SQL/connections"', 'curl -sS -u "$KEY" "$BASE/keymoor/v1/whoami"'].join(
        "\n",
      ),
    },
    {
      title: "All of the API",
      text: "Every path with its bodies and errors, as a page and as OpenAPI.",
      what: "addresses",
      code: `${url}/docs\n${url}/openapi.json`,
    },
  ];
}

function programs({ regionUrl, environmentId, cloud, region }: ToolPlace): readonly ToolSection[] {
  const base = `${regionUrl}/c/my_connection`;
  return [
    {
      title: "A use token",
      text: "It lets a program call through the connections that it names, and do nothing else. It is shown once.",
      what: "command",
      code: `keymoor token create --name my-program --connection my_connection \\\n  --environment ${environmentId} --cloud ${cloud} --region ${region}`,
    },
    {
      title: "A service's own SDK",
      text: "Two settings: the connection as base URL, and the use token as the API key. Keymoor puts the credential on the request.",
      what: "settings",
      code: `base URL   ${base}\nAPI key    the use token`,
    },
    {
      title: "JavaScript",
      text: "Or any other HTTP client.",
      what: "JavaScript",
      code: `const answer = await fetch("${base}/", {\n  headers: { authorization: \`Bearer \${process.env.USE_TOKEN}\` },\n});\nconsole.log(answer.status, await answer.text());`,
    },
    {
      title: "Python",
      text: "With nothing but its own library.",
      what: "Python",
      code: `import os, urllib.request\n\nrequest = urllib.request.Request(\n    "${base}/",\n    headers={"authorization": "Bearer " + os.environ["USE_TOKEN"]},\n)\nprint(urllib.request.urlopen(request).read().decode())`,
    },
  ];
}
