import { environmentId, organizationId, principals } from "../fixtures/services.ts";
import { computePoolId } from "./contract-server.ts";
import type { FlinkBlock } from "./terraform/provider.ts";
import type { Attributes } from "./terraform/resource.ts";
import { type Block, block, resources } from "./terraform-client.ts";

const admin = principals.organizationAdmin;
export const cloudKey = { key: `${admin}-cloud`, secret: `${admin}-cloud-secret` } as const;
export const flinkKey = { key: `${admin}-flink`, secret: `${admin}-flink-secret` } as const;

/** Option 2: all seven settings in the provider block. */
export function flinkBlock(restEndpoint: string, change: Partial<FlinkBlock> = {}): FlinkBlock {
  return {
    organizationId,
    environmentId,
    computePoolId,
    principalId: admin,
    restEndpoint,
    credentials: flinkKey,
    ...change,
  };
}

export const openai = {
  type: "OPENAI",
  endpoint: "https://api.openai.com/v1/chat/completions",
  api_key: "sk-terraform-0123456789",
} as const;

/** A configuration of one connection, whose name is the block's too. */
export function oneConnection(name: string, given: Attributes = {}): readonly [Block] {
  return [block(resources.connection, name, { ...openai, display_name: name, ...given })];
}
