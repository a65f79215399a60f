/**
 * The region in the host name of an AWS service: `bedrock-runtime.us-east-1.amazonaws.com`, FIPS and PrivateLink names,
 * dual-stack names below `api.aws`, and the partitions of China and of the European sovereign cloud. Any other host
 * has none.
 * https://docs.aws.amazon.com/general/latest/gr/rande.html
 */
export function awsRegion(hostname: string): string | undefined {
  const host = hostname.toLowerCase().replace(/\.$/, "");
  if (!awsDomains.some((domain) => host.endsWith(domain))) return undefined;
  return host.split(".").findLast((label) => regionLabel.test(label));
}

const awsDomains = [
  ".amazonaws.com",
  ".api.aws",
  ".amazonaws.com.cn",
  ".api.amazonwebservices.com.cn",
  ".amazonaws.eu",
];

/** `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. */
const regionLabel = /^[a-z]{2,4}(-[a-z]+)+-\d+$/;
