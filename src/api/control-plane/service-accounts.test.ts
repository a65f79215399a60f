import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  openApi,
  organizationId,
  principals,
  publicUrl,
} from "../../../test/fixtures/services.ts";

const path = "/iam/v2/service-accounts";

describe("service accounts", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const as = (name: Parameters<typeof basicOf>[0]) => ({ authorization: basicOf(name) });
  const ids = (answer: { json: { data: { id: string }[] } }) => answer.json.data.map(({ id }) => id);

  it("are made, changed and deleted as Terraform does it", async () => {
    const made = await api.send("POST", path, { display_name: "orders", description: "Writes orders" });
    const { id } = made.json;
    expect([made.status, made.json]).toEqual([
      201,
      {
        api_version: "iam/v2",
        kind: "ServiceAccount",
        id: expect.stringMatching(/^sa-[0-9a-z]{6}$/),
        metadata: {
          self: `${publicUrl}${path}/${id}`,
          resource_name: `crn://confluent.cloud/organization=${organizationId}/service-account=${id}`,
          created_at: expect.stringMatching(/Z$/),
          updated_at: expect.stringMatching(/Z$/),
        },
        display_name: "orders",
        description: "Writes orders",
      },
    ]);
    expect((await api.send("GET", `${path}/${id}`)).json).toEqual(made.json);
    const changed = await api.send("PATCH", `${path}/${id}`, { description: "" });
    expect(changed.json).toMatchObject({ display_name: "orders", description: "" });
    expect((await api.send("DELETE", `${path}/${id}`)).status).toBe(204);
    for (const method of ["GET", "PATCH", "DELETE"]) {
      const gone = await api.send(method, `${path}/${id}`, method === "PATCH" ? {} : undefined);
      expect([method, gone.status, gone.json.errors[0].code]).toEqual([method, 404, "principal_not_found"]);
    }
  });

  it("have a name once, and are found by it", async () => {
    const { json } = await api.send("POST", path, { display_name: "by name" });
    expect(json.description).toBe("");
    const taken = await api.send("POST", path, { display_name: "by name" });
    expect([taken.status, taken.json.errors[0].code]).toEqual([409, "resource_already_exists"]);
    expect(ids(await api.send("GET", `${path}?display_name=by%20name`))).toEqual([json.id]);
    expect(ids(await api.send("GET", `${path}?display_name=none`))).toEqual([]);
    const other = await api.send("PATCH", `${path}/${principals.nobody}`, { display_name: "by name" });
    expect([other.status, other.json.errors[0].code]).toEqual([409, "resource_already_exists"]);
  });

  it("are listed page by page, users not among them", async () => {
    const seen: string[] = [];
    let next = `${path}?page_size=2`;
    while (next !== "") {
      const answer = await api.send("GET", next.replace(publicUrl, ""));
      expect(answer.json.metadata.next).toEqual(expect.any(String));
      seen.push(...ids(answer));
      next = answer.json.metadata.next;
    }
    expect(seen).toEqual([...seen].sort());
    expect(seen).toContain(principals.flinkAdmin);
    expect(seen).not.toContain(principals.organizationAdmin);
    expect((await api.send("GET", `${path}/${principals.organizationAdmin}`)).status).toBe(404);
  });

  it("are seen by administrators; else each sees himself alone", async () => {
    expect(ids(await api.send("GET", `${path}?page_size=100`, undefined, as("environmentAdmin")))).toContain(
      principals.nobody,
    );
    expect(ids(await api.send("GET", path, undefined, as("flinkAdmin")))).toEqual([principals.flinkAdmin]);
    const own = await api.send("GET", `${path}/${principals.nobody}`, undefined, as("nobody"));
    expect(own.status).toBe(200);
    const other = await api.send("GET", `${path}/${principals.flinkAdmin}`, undefined, as("nobody"));
    expect([other.status, other.json.errors[0].code]).toEqual([404, "principal_not_found"]);
  });

  it("stand above environments: only an OrganizationAdmin makes, changes and deletes them", async () => {
    const answers = [
      await api.send("POST", path, { display_name: "mine" }, as("environmentAdmin")),
      await api.send("PATCH", `${path}/${principals.flinkAdmin}`, {}, as("environmentAdmin")),
      await api.send("DELETE", `${path}/${principals.flinkAdmin}`, undefined, as("environmentAdmin")),
      await api.send(
        "POST",
        path,
        { display_name: "mine" },
        { authorization: basicOf("organizationAdmin", "flink") },
      ),
    ];
    for (const answer of answers)
      expect([answer.status, answer.json.errors[0].code]).toEqual([403, "user_unauthorized"]);
  });

  it("stop with all their keys when they are deleted", async () => {
    const before = await api.send("GET", "/keymoor/v1/whoami", undefined, as("assigner"));
    expect(before.status).toBe(200);
    expect((await api.send("DELETE", `${path}/${principals.assigner}`)).status).toBe(204);
    const after = await api.send("GET", "/keymoor/v1/whoami", undefined, as("assigner"));
    expect(after.status).toBe(401);
    expect(await api.services.store.read.roleBindings(principals.assigner)).toEqual([]);
  });

  it("the last OrganizationAdmin with a way in stays", async () => {
    const { json: account } = await api.send("POST", path, { display_name: "root" });
    const crn_pattern = `crn://confluent.cloud/organization=${organizationId}`;
    await api.send("POST", "/iam/v2/role-bindings", {
      principal: `User:${account.id}`,
      role_name: "OrganizationAdmin",
      crn_pattern,
    });
    const key = await api.send("POST", "/iam/v2/api-keys", { spec: { owner: { id: account.id } } });
    const authorization = `Basic ${Buffer.from(`${key.json.id}:${key.json.spec.secret}`).toString("base64")}`;
    const bindings = await api.services.store.read.roleBindings(principals.organizationAdmin);
    const taken = await api.send("DELETE", `/iam/v2/role-bindings/${bindings[0]?.id}`, undefined, {
      authorization,
    });
    expect(taken.status).toBe(200);
    const last = await api.send("DELETE", `${path}/${account.id}`, undefined, { authorization });
    expect([last.status, last.json.errors[0].code]).toEqual([400, "last_administrator"]);
  });
});
