import { expect, test } from "vitest";
import { boundTo } from "./bound-to.ts";

const organization = "crn://confluent.cloud/organization=1111aaaa-11aa-11aa-11aa-111111aaaaaa";
const nothing = { environment: undefined, region: undefined, serviceAccount: undefined };

test.each([
  ["", nothing],
  ["/environment=env-abc123", { ...nothing, environment: "env-abc123" }],
  [
    "/environment=env-abc123/flink-region=aws.us-east-1",
    { ...nothing, environment: "env-abc123", region: "aws.us-east-1" },
  ],
  ["/service-account=sa-abc123", { ...nothing, serviceAccount: "sa-abc123" }],
])("a role bound to the organization and %j is read from its pattern", (below, expected) => {
  expect(boundTo(organization + below)).toEqual(expected);
});
