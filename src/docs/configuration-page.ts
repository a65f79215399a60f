import type { Setting, SettingGroup } from "../config/setting.ts";
import { configFileVariable, flagOf, settings, variableOf } from "../config/settings.ts";

/** docs/configuration.md, from the table of settings. */
export function configurationPage(): string {
  const entries = Object.entries<Setting>(settings);
  const groups = [...new Set(entries.map(([, setting]) => setting.group))];
  return [introduction, ...groups.map((group) => section(group, entries)), seedFile].join("\n");
}

const introduction = `<!-- Generated from src/config/settings.ts by \`npm run docs\`. Do not edit. -->
# Configuration

Every setting can be given in three ways, and the first one that gives it decides:

1. a flag of \`keymoor serve\`: \`--public-url https://keymoor.example.com\`
2. an environment variable: \`KEYMOOR_PUBLIC_URL=https://keymoor.example.com\`
3. the configuration file, YAML, named by \`--config FILE\` or \`${configFileVariable}\`: \`publicUrl: https://keymoor.example.com\`

A variable that is set to nothing counts as unset. A list is written with commas; in the file it may be a YAML list. On and
off may be written as on/off, true/false, yes/no or 1/0. A relative path begins at the working directory, in the file at the
file's own folder. An unknown flag, or an unknown key in the file, refuses to start and names the nearest known one; an
unknown \`KEYMOOR_*\` variable is a warning. Secrets have no flag, because others can see the command line of a process.
`;

/** A test reads its example as a seed file. */
const seedFile = `## Seed file

\`KEYMOOR_SEED\` names a YAML file that says what a server begins with. It is judged as a whole before anything is written; an unknown
key, or something that is named and not there, refuses to start. Every list may be left out. With a seed that has users, no administrator is invented.

\`\`\`yaml
organization: { id: 1111aaaa-11aa-11aa-11aa-111111aaaaaa, name: Acme }
environments: [ { id: env-abc123, name: default } ]
regions: [ { cloud: aws, region: us-east-1 }, { cloud: aws, region: eu-west-1, endpoint: "http://localhost:8091" } ]
computePools: [ { id: lfcp-x7rgx1, name: pool1, environment: env-abc123, cloud: aws, region: us-east-1 } ]
users:
  - { id: u-yo9j87, email: dev@example.com, password: "\${env:ADMIN_PASSWORD}", roles: [ { role: OrganizationAdmin } ] }
serviceAccounts:
  - { id: sa-abc123, name: app, roles: [ { role: FlinkDeveloper, environment: env-abc123 } ] }
identityPools:
  - id: pool-ci
    name: builds of the shop
    issuer: https://token.actions.githubusercontent.com
    audience: keymoor
    claims: { repository: acme/shop, ref: refs/heads/main }
    serviceAccount: sa-abc123
apiKeys:
  - { id: my-cloud-key, secret: "\${env:CLOUD_SECRET}", owner: u-yo9j87 }
  - { id: my-flink-key, secret: "\${file:flink-secret}", owner: sa-abc123, environment: env-abc123, cloud: aws, region: us-east-1 }
connections:
  - name: my-openai
    environment: env-abc123
    cloud: aws
    region: us-east-1
    type: openai
    endpoint: https://api.openai.com/v1/chat/completions
    credential: { api-key: "\${env:OPENAI_KEY}" }
\`\`\`

- Ids, keys and passwords may be any that you choose.
- A \`password\` or \`secret\` may be \`\${env:NAME}\`, or \`\${file:PATH}\` with a path that begins at the seed file's folder. It is read when the seed is applied.
- A value under \`credential\` may be a reference as in SQL ([sql.md](sql.md#references)); it is kept as one.
- \`managedBy\` is for [\`keymoor apply\`](apply.md) and means nothing to a start.
- An identity pool lets tokens of another issuer act as a service account ([identity.md](identity.md)).
- An API key without environment, cloud and region is a Cloud key; with all three it is a Flink key.
`;

function section(group: SettingGroup, entries: readonly (readonly [string, Setting])[]): string {
  const own = entries.filter(([, setting]) => setting.group === group);
  return `## ${group}\n\n${own.map(([name, setting]) => describeSetting(name, setting)).join("\n")}`;
}

function describeSetting(name: string, setting: Setting): string {
  const flag = setting.isSecret ? "no flag" : `\`${flagOf(name)}\``;
  const unit = setting.unit === undefined ? "" : `, in ${setting.unit}`;
  return `### ${name}

\`${variableOf(name)}\`, ${flag}. Takes ${setting.rule}${unit}. Default: ${defaultOf(setting)}.

${setting.about}
`;
}

/** The default as the manual and \`--help\` say it. */
export function defaultOf({ default: fallback, whenUnset }: Setting): string {
  if (fallback === undefined) return whenUnset ?? "none";
  if (Array.isArray(fallback)) return "none";
  return typeof fallback === "boolean" ? `\`${fallback ? "on" : "off"}\`` : `\`${String(fallback)}\``;
}
