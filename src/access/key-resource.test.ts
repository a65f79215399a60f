import { expect, it } from "vitest";
import { type ReadKeyResource, readKeyResource } from "./key-resource.ts";

it.each<[string, ReadKeyResource]>([
  ["cloud", { kind: "cloud" }],
  ["Cloud", { kind: "cloud" }],
  ["aws.us-east-1", { kind: "region", cloud: "aws", region: "us-east-1" }],
  ["AWS.us-east-1", { kind: "region", cloud: "aws", region: "us-east-1" }],
  ["env-a.b.aws.us-east-1", { kind: "region", cloud: "aws", region: "us-east-1", environmentId: "env-a.b" }],
  ["lkc-abc123", { kind: "unknown" }],
  ["aws.", { kind: "unknown" }],
  ["", { kind: "unknown" }],
])("%s is read as what a key is for", (text, read) => {
  expect(readKeyResource(text)).toEqual(read);
});
