import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ApiFixture, basicOf, openApi, publicUrl } from "../../../test/fixtures/services.ts";

describe("what official clients ask for on their way", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const get = (path: string, authorization = basicOf("nobody")) =>
    api.send("GET", path, undefined, { authorization });
  const names = (answer: { json: { name: string }[] }) => answer.json.map(({ name }) => name);

  it("the role catalogue is a bare list, and a namespace shows a part of it", async () => {
    const roles = "/metadata/security/v2alpha1/roles";
    const all = await get(roles);
    expect(names(all)).toEqual([
      "OrganizationAdmin",
      "EnvironmentAdmin",
      "FlinkAdmin",
      "FlinkDeveloper",
      "Assigner",
    ]);
    expect(all.json[3]).toEqual({
      name: "FlinkDeveloper",
      description: expect.stringMatching(/\.$/),
      policies: ["organization", "environment", "region"].map((bindingScope) => ({
        bindingScope,
        allowedOperations: [
          { resourceType: "connection", operations: ["read", "call"] },
          { resourceType: "statement", operations: ["run"] },
        ],
      })),
    });
    expect(names(await get(`${roles}?namespace=dataplane,public`))).toEqual([
      "OrganizationAdmin",
      "EnvironmentAdmin",
    ]);
    expect(names(await get(`${roles}?namespace=usm`))).toEqual([]);
    expect((await get(`${roles}/FlinkDeveloper?namespace=flink`)).json).toEqual(all.json[3]);
    const unknown = await get(`${roles}/CloudClusterAdmin`);
    expect([unknown.status, unknown.json.errors[0].code]).toEqual([404, "role_not_found"]);
    expect(unknown.json.errors[0].detail).toMatch(/FlinkAdmin/);
    // The CLI without its feature flags does not ask for the names of Flink's: it gets them all the same.
    expect((await get("/metadata/security/v2alpha1/roleNames?namespace=public")).json).toEqual(names(all));
  });

  it.each([
    ["/iam/v2/identity-providers?page_size=100", "IdentityProviderList"],
    ["/iam/v2/sso/group-mappings?page_size=100", "GroupMappingList"],
    ["/networking/v1/networks?environment=env-abc123&page_size=100", "NetworkList"],
    [
      "/networking/v1/private-link-attachments?environment=env-abc123&spec.cloud=AWS",
      "PrivateLinkAttachmentList",
    ],
  ])("%s is an empty list", async (path, kind) => {
    const { status, json } = await get(path);
    expect([status, json.kind, json.data, json.metadata.next]).toEqual([200, kind, [], ""]);
    expect((await get(path, "")).status).toBe(401);
  });

  it("there is an endpoint to each region, and none that is private or of another service", async () => {
    const list = async (query: string) => (await get(`/endpoint/v1/endpoints?${query}`)).json;
    const found = await list("cloud=aws&region=us-east-1&environment=env-abc123&service=FLINK&page_size=100");
    expect(found.data).toEqual([
      {
        api_version: "endpoint/v1",
        kind: "Endpoint",
        id: "aws.us-east-1",
        cloud: "AWS",
        region: "us-east-1",
        service: "FLINK",
        is_private: false,
        connection_type: "PUBLIC",
        endpoint: publicUrl,
        endpoint_type: "REST",
      },
    ]);
    expect((await list("")).data).toHaveLength(2);
    for (const query of ["is_private=true", "service=KAFKA", "cloud=GCP"]) {
      const none = await list(query);
      expect([none.data, none.metadata.next, none.metadata.total_size]).toEqual([[], "", 0]);
    }
    const first = await list("page_size=1");
    const next = new URL(first.metadata.next);
    expect((await list(next.search.slice(1))).data).toMatchObject([{ id: "aws.eu-west-1" }]);
  });

  it.each([
    "/endpoint/v1/endpoints?cloud=aws&cloud=gcp",
    "/endpoint/v1/endpoints?service=FLINK&service=KAFKA",
    "/fcpm/v2/regions?cloud=aws&cloud=gcp",
    "/iam/v2/role-bindings?principal=User:a&principal=User:b",
    "/iam/v2/service-accounts?display_name=a&display_name=b",
    "/iam/v2/api-keys?spec.owner=a&spec.owner=b",
  ])("%s says a thing twice, and is refused", async (path) => {
    const { status, json } = await get(path);
    expect([status, json.errors[0].code]).toEqual([400, "invalid_request"]);
  });
});
