import { searchText } from "../../format/search-text.ts";

export const tools = [
  { value: "keymoor", label: "keymoor" },
  { value: "confluent", label: "Confluent CLI" },
  { value: "terraform", label: "Terraform" },
  { value: "curl", label: "curl" },
  { value: "programs", label: "Programs and SDKs" },
] as const;
export type Tool = (typeof tools)[number]["value"];

export interface ToolsSearch {
  readonly tool?: Tool | undefined;
  readonly environment?: string | undefined;
  /** `aws.us-east-1` */
  readonly region?: string | undefined;
}

export function toolsSearch(search: Readonly<Record<string, unknown>>): ToolsSearch {
  return {
    tool: tools.find(({ value }) => value === search.tool)?.value,
    environment: searchText(search.environment),
    region: searchText(search.region),
  };
}
