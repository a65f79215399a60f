import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { environmentId, organizationId, principals, region, sqlV1 } from "../fixtures/services.ts";
import { type ContractServer, computePoolId, openContractServer } from "./contract-server.ts";
import { failureOf } from "./failure-of.ts";
import { valueAt } from "./reading.ts";
import { cloudKey, flinkBlock, flinkKey, oneConnection } from "./terraform-blocks.ts";
import { block, resources, Terraform } from "./terraform-client.ts";

let server: ContractServer;
beforeAll(async () => {
  server = await openContractServer();
});
afterAll(() => server.close());

describe("refusals, as Terraform shows them (contract/terraform.md 1, 6)", () => {
  it("a bad key is 401 and keeps the state: a refresh never takes it for a deletion", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("bad-key"));
    for (const credentials of [
      { ...flinkKey, secret: "wrong" },
      { key: "no-such-key", secret: "wrong" },
      { key: organizationId, secret: environmentId },
      { key: environmentId, secret: "" },
    ]) {
      const stranger = new Terraform({ flink: flinkBlock(server.origin, { credentials }) });
      for (const [address, known] of terraform.state) stranger.state.set(address, known);
      expect(await failureOf(stranger.plan(oneConnection("bad-key")))).toMatch(
        /^401 Unauthorized: .*invalid API key/,
      );
      expect(stranger.state.size).toBe(1);
    }
    await terraform.destroy();
  });

  it("a key that is deleted while it is in use is refused from the next request on, as 401", async () => {
    const terraform = new Terraform({ endpoint: server.origin, cloud: cloudKey });
    const keys = [
      block(resources.apiKey, "own", {
        display_name: "soon gone",
        owner: { id: principals.flinkAdmin, api_version: "iam/v2", kind: "ServiceAccount" },
        managed_resource: { id: `${region.cloud}.${region.region}`, api_version: "fcpm/v2", kind: "Region" },
        environment: environmentId,
      }),
    ];
    await terraform.apply(keys);
    const { id, secret } = terraform.of("confluent_api_key.own");
    const user = new Terraform({
      flink: flinkBlock(server.origin, { credentials: { key: String(id), secret: String(secret) } }),
    });
    await user.apply(oneConnection("deleted-key"));
    await terraform.destroy();
    expect(await failureOf(user.plan(oneConnection("deleted-key")))).toMatch(
      /^401 Unauthorized: .*invalid API key/,
    );
    await server.send("DELETE", `${sqlV1}/connections/deleted-key`);
  });

  it("a foreign organization or environment, and a missing right, are 403 on a creation", async () => {
    for (const change of [
      { organizationId: "22222222-2222-2222-2222-222222222222" },
      { environmentId: "env-nowhere" },
    ]) {
      const failure = await failureOf(
        new Terraform({ flink: flinkBlock(server.origin, change) }).apply(oneConnection("foreign")),
      );
      expect(failure).toMatch(/^40[13] .+: .+/);
    }
    const developer = {
      key: `${principals.flinkDeveloper}-flink`,
      secret: `${principals.flinkDeveloper}-flink-secret`,
    };
    expect(
      await failureOf(
        new Terraform({ flink: flinkBlock(server.origin, { credentials: developer }) }).apply(
          oneConnection("no-right"),
        ),
      ),
    ).toMatch(/^403 Forbidden: .+/);
  });

  it("deleting what is gone is 404 with a sentence, for Terraform takes it for an error", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    await terraform.apply(oneConnection("gone"));
    await terraform.run(async (provider) => {
      await resources.connection.delete(provider, terraform.of("confluent_flink_connection.gone"));
      expect(
        await failureOf(
          resources.connection.delete(provider, terraform.of("confluent_flink_connection.gone")),
        ),
      ).toMatch(/^404 Not Found: .*"gone"/);
    });
  });

  it("names that look like ids are names", async () => {
    const terraform = new Terraform({ flink: flinkBlock(server.origin) });
    const names = [
      environmentId,
      organizationId,
      computePoolId,
      "sa-nobody",
      "aws.us-east-1",
      "env-abc123.aws.us-east-1",
    ];
    const blocks = names.flatMap((name) => oneConnection(name));
    await terraform.apply(blocks);
    expect(await terraform.plan(blocks)).toEqual([]);
    await terraform.destroy();
  });

  it("an unknown path is 404 in the same form, with the request's id", async () => {
    const answer = await server.send("GET", "/iam/v2/unheard-of");
    expect([answer.status, answer.headers["content-type"], valueAt(answer.json, "errors.0.status")]).toEqual([
      404,
      "application/json; charset=utf-8",
      "404",
    ]);
    expect(answer.headers["x-request-id"]).toBe(valueAt(answer.json, "errors.0.id"));
  });
});
