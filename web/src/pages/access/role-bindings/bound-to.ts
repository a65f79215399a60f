/** What a role is bound to, read from its CRN pattern (docs/access.md). */
export interface BoundTo {
  readonly environment: string | undefined;
  /** `aws.us-east-1` */
  readonly region: string | undefined;
  readonly serviceAccount: string | undefined;
}

export function boundTo(crn: string): BoundTo {
  const part = (name: string) => new RegExp(`/${name}=([^/]+)`).exec(crn)?.[1];
  return {
    environment: part("environment"),
    region: part("flink-region"),
    serviceAccount: part("service-account"),
  };
}
