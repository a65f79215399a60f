import { describe, expect, it } from "vitest";
import { printCrn, readCrn } from "./crn.ts";
import type { BindingScope } from "./rights.ts";

const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const nothing = { environmentId: null, cloud: null, region: null, serviceAccountId: null };
const whole: BindingScope = { organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa", ...nothing };

describe("a CRN pattern", () => {
  it.each<[string, BindingScope]>([
    [organization, whole],
    [`${organization}/environment=env-abc123`, { ...whole, environmentId: "env-abc123" }],
    [
      `${organization}/environment=env-abc123/flink-region=aws.us-east-1`,
      { ...whole, environmentId: "env-abc123", cloud: "aws", region: "us-east-1" },
    ],
    [`${organization}/service-account=sa-abc123`, { ...whole, serviceAccountId: "sa-abc123" }],
  ])("%s is read, and printed again byte for byte", (text, scope) => {
    expect(readCrn(text)).toEqual({ status: "read", scope });
    expect(printCrn(scope)).toBe(text);
  });

  it.each([
    ["", /not one of this server/],
    ["crn://keymoor.test/organization=o", /not one of this server/],
    [`${organization}/`, /not one of this server/],
    [`${organization}/*`, /not one of this server/],
    [`${organization}/environment=*`, /not one of this server/],
    [`${organization}/environment=env-abc123/cloud-cluster=lkc-1`, /not one of this server/],
    [`${organization}/environment=env-abc123/flink-region=AWS.us-east-1`, /not one of this server/],
    [`${organization}/flink-region=aws.us-east-1`, /without its environment/],
    [`${organization}/environment=env-abc123/service-account=sa-1`, /stands above them/],
    [
      `${organization}/environment=env-abc123/flink-region=aws.us-east-1/compute-pool=lfcp-1`,
      /no narrower than a region/,
    ],
  ])("%s is refused, for it would not come back as it was sent", (text, reason) => {
    expect(readCrn(text)).toMatchObject({ status: "refused", reason: expect.stringMatching(reason) });
  });
});
