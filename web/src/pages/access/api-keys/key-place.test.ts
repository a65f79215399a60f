import { expect, test } from "vitest";
import { keyPlace } from "./key-place.ts";

const resource = { related: "", resource_name: "", api_version: "", kind: "" };

test("a Cloud key holds everywhere", () => {
  expect(keyPlace({ resource: { ...resource, id: "cloud" } })).toEqual({ kind: "cloud" });
});

test.each(["aws.us-east-1", "env-abc123.aws.us-east-1"])("a Flink key of %s holds in that region", (id) => {
  expect(keyPlace({ resource: { ...resource, id, environment: "env-abc123" } })).toEqual({
    kind: "flink",
    environment: "env-abc123",
    cloud: "aws",
    region: "us-east-1",
  });
});
