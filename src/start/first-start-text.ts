import type { FirstAdmin } from "../operations/first-start.ts";
import type { Secret } from "../secret.ts";

/** The one-time block of the first start. Only this text ever holds what it shows in clear. */
export function firstStartText(admin: FirstAdmin, publicUrl: string, signInLink: Secret): string {
  const { organizationId, environmentId, computePoolId, cloud, region, cloudKey, flinkKey } = admin;
  const password = admin.password.reveal();
  const cloudSecret = cloudKey.secret.reveal();
  const flinkSecret = flinkKey.secret.reveal();
  return `Made at the first start and shown this once. Keep it safe: none of it can be read back.

  Sign in        ${signInLink.reveal()}
                 (in a browser; this link works once, within a day)
  User           ${admin.email}
  Password       ${password}

  Organization   ${organizationId}
  Environment    ${environmentId} (${admin.environmentName})
  Region         ${cloud} ${region}
  Compute pool   ${computePoolId}
  Principal      ${admin.userId}

  Cloud API key  ${cloudKey.id}
         secret  ${cloudSecret}
  Flink API key  ${flinkKey.id}
         secret  ${flinkSecret}

keymoor, the command line (bin/keymoor in the clone; login asks for the secret of the Cloud API key, shown above):

  bin/keymoor login --url ${publicUrl} --api-key ${cloudKey.id}
  bin/keymoor connection list

curl (paste these four lines, and the commands of the README run as they stand):

  BASE=${publicUrl}  ORG=${organizationId}  ENV=${environmentId}
  KEY=${flinkKey.id}:${flinkSecret}
  CLOUD_KEY=${cloudKey.id}:${cloudSecret}
  SQL=$BASE/sql/v1/organizations/$ORG/environments/$ENV

  curl -u "$KEY" "$SQL/connections"

Confluent CLI:

  export CONFLUENT_CLOUD_EMAIL=${admin.email} CONFLUENT_CLOUD_PASSWORD=${password}
  confluent login --url ${publicUrl}/confluent.cloud
  unset CONFLUENT_CLOUD_EMAIL CONFLUENT_CLOUD_PASSWORD
  confluent flink region use --cloud ${cloud} --region ${region}
  confluent flink endpoint use ${publicUrl}
  confluent flink connection list --cloud ${cloud} --region ${region}

Terraform, with \`provider "confluent" { endpoint = "${publicUrl}" }\`:

  export CONFLUENT_CLOUD_API_KEY=${cloudKey.id} CONFLUENT_CLOUD_API_SECRET=${cloudSecret}
  export CONFLUENT_ORGANIZATION_ID=${organizationId} CONFLUENT_ENVIRONMENT_ID=${environmentId}
  export FLINK_COMPUTE_POOL_ID=${computePoolId} FLINK_PRINCIPAL_ID=${admin.userId}
  export FLINK_REST_ENDPOINT=${publicUrl} FLINK_API_KEY=${flinkKey.id} FLINK_API_SECRET=${flinkSecret}
`;
}
