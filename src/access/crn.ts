import type { BindingScope } from "./rights.ts";

/** A pattern that names something a role may be bound to, or why it does not. */
export type ReadCrn =
  | { readonly status: "read"; readonly scope: BindingScope }
  | { readonly status: "refused"; readonly reason: string; readonly hint: string };

/** The authority that official clients write, whatever the server (contract/cli.md 3.2). */
const authority = "crn://confluent.cloud";

const form =
  /^crn:\/\/confluent\.cloud\/organization=([^/=*]+)(?:\/environment=([^/=*]+))?(?:\/flink-region=([a-z0-9-]+)\.([A-Za-z0-9-]+))?(?:\/service-account=([^/=*]+))?$/;

/**
 * Reads what a role binding is bound to. Only what `printCrn` writes is taken, so that it comes back byte for byte: Terraform
 * compares, and replaces what differs (contract/terraform.md 4).
 */
export function readCrn(text: string): ReadCrn {
  if (/\/compute-pool=/.test(text))
    return refused("A role is bound no narrower than a region: a compute pool has no roles of its own.");
  const [, organizationId, environmentId = null, cloud = null, region = null, serviceAccountId = null] =
    form.exec(text) ?? [];
  if (organizationId === undefined) return refused("The CRN pattern is not one of this server.");
  if (region !== null && environmentId === null)
    return refused("The CRN pattern names a region without its environment.");
  if (serviceAccountId !== null && environmentId !== null)
    return refused("The CRN pattern names a service account in an environment; it stands above them.");
  return { status: "read", scope: { organizationId, environmentId, cloud, region, serviceAccountId } };
}

export function printCrn(scope: BindingScope): string {
  const { organizationId, environmentId, cloud, region, serviceAccountId } = scope;
  return [
    `${authority}/organization=${organizationId}`,
    ...(environmentId === null ? [] : [`environment=${environmentId}`]),
    ...(cloud === null || region === null ? [] : [`flink-region=${cloud}.${region}`]),
    ...(serviceAccountId === null ? [] : [`service-account=${serviceAccountId}`]),
  ].join("/");
}

function refused(reason: string): ReadCrn {
  return { status: "refused", reason, hint };
}

const hint = `It is ${authority}/organization=ORGANIZATION, perhaps with /environment=env-... and then /flink-region=aws.us-east-1, or with /service-account=sa-... for the role Assigner.`;
