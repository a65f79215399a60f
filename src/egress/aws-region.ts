/** Region in an AWS host name such as `bedrock-runtime.eu-west-1.amazonaws.com`; undefined for any other host. */
export function awsRegion(hostname: string): string | undefined {
  const host = hostname.toLowerCase();
  if (!awsDomains.some((domain) => host.endsWith(domain))) return undefined;
  return host.split(".").findLast((label) => regionLabel.test(label));
}

/** All partitions: https://docs.aws.amazon.com/general/latest/gr/rande.html and aws-sdk's partitions.json. */
const awsDomains = [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".api.aws", ".on.aws"];

/** `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. */
const regionLabel = /^[a-z]{2,4}(-[a-z]+){1,2}-\d{1,2}$/;
