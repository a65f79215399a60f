import { describe, expect, test } from "vitest";
import type { ToolPlace } from "./tool-place.ts";
import { toolSections } from "./tool-sections.ts";
import { tools, toolsSearch } from "./tools-search.ts";

const place: ToolPlace = {
  url: "https://keymoor.example.com",
  regionUrl: "https://eu.keymoor.example.com",
  organizationId: "1111aaaa-11aa-11aa-11aa-111111aaaaaa",
  environmentId: "env-abc123",
  computePoolId: "lfcp-x7rgx1",
  cloud: "aws",
  region: "eu-west-1",
  principalId: "u-yo9j87",
  email: "dev@example.com",
};

const code = (tool: (typeof tools)[number]["value"]) =>
  toolSections(tool, place)
    .map((section) => section.code)
    .join("\n");

describe("what to paste", () => {
  test.each(tools)("for $label is filled in with this server's address", ({ value }) => {
    expect(code(value)).toMatch(/https:\/\/(eu\.)?keymoor\.example\.com/);
    expect(code(value)).not.toMatch(/undefined|null/);
  });

  test("ends in confluent.cloud for the Confluent CLI, and names the region's own endpoint", () => {
    expect(code("confluent")).toContain("confluent login --url https://keymoor.example.com/confluent.cloud");
    expect(code("confluent")).toContain("confluent flink endpoint use https://eu.keymoor.example.com");
  });

  test("says Terraform everything that its provider asks for", () => {
    for (const value of [place.organizationId, "env-abc123", "lfcp-x7rgx1", "u-yo9j87"]) {
      expect(code("terraform")).toContain(`=${value}`);
    }
  });
});

test("a tool that there is not opens the first", () => {
  expect(toolsSearch({ tool: "telnet", region: "" })).toEqual({});
});
