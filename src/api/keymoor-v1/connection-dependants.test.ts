import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  keymoorV1,
  openApi,
  openaiBody,
  principals,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

describe("dependants of a connection", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
    for (const name of ["a", "b"]) await api.send("POST", `${sqlV1}/connections`, openaiBody(name));
  });
  afterAll(() => api.close());

  const path = (name: string) => `${keymoorV1}/connections/${name}/dependants`;
  const run = (name: string, statement: string) =>
    api.send("POST", `${sqlV1}/statements`, { name, spec: { statement } });

  it("are the definitions that name it, page by page", async () => {
    const made = await run("s1", "CREATE MODEL m WITH ('openai.connection'='a')");
    await run("s2", "CREATE TOOL t USING CONNECTION a");
    await run("s3", "CREATE TOOL u USING CONNECTION b");
    const first = await api.send("GET", `${path("a")}?page_size=1`);
    expect(first.json).toEqual({
      metadata: {
        first: `${publicUrl}${path("a")}?page_size=1`,
        last: "",
        prev: "",
        self: `${publicUrl}${path("a")}?page_size=1`,
        next: expect.stringContaining("page_token="),
      },
      data: [
        {
          object_kind: "MODEL",
          object_name: "m",
          named_by: "openai.connection",
          statement: "s1",
          created_at: expect.stringContaining(made.json.metadata.created_at.slice(0, 19)),
          principal: principals.organizationAdmin,
        },
      ],
      callers: [],
    });
    const second = await api.send("GET", first.json.metadata.next.replace(publicUrl, ""));
    expect([
      second.json.data.map(({ statement }: { statement: string }) => statement),
      second.json.metadata.next,
    ]).toEqual([["s2"], ""]);
    const token = new URL(first.json.metadata.next).searchParams.get("page_token");
    const foreign = await api.send("GET", `${path("b")}?page_token=${token}`);
    expect([foreign.status, foreign.json.errors[0].code]).toEqual([400, "invalid_page_token"]);
  });

  it("are those who called through it in the last 30 days, each use token apart", async () => {
    const { store, now } = api.services;
    const uid = (await api.send("GET", `${sqlV1}/connections/b`)).json.metadata.uid as string;
    const at = now().toISOString();
    const longAgo = new Date(now().getTime() - 31 * 24 * 3600 * 1000).toISOString();
    const use = (principal: string, time: string, useTokenId: string | null = null) =>
      store.note({ note: "use", uid, at: time, principal, useTokenId });
    use("u-gone", longAgo);
    use("sa-1", at);
    use("sa-1", at, "token-1");
    use("sa-1", at, "token-1");
    await store.flush();
    expect((await api.send("GET", path("b"))).json.callers).toEqual([
      { principal: "sa-1", use_token: null, calls: 1, last_used_at: at },
      { principal: "sa-1", use_token: "token-1", calls: 2, last_used_at: at },
    ]);
    const usage = await api.send("GET", `${keymoorV1}/connections/b/usage`);
    expect(usage.json.days).toEqual([{ day: at.slice(0, 10), principal: "sa-1", calls: 3 }]);
  });

  it("of a missing one are 404, and asking is audited", async () => {
    expect((await api.send("GET", path("missing"))).status).toBe(404);
    await api.send("GET", path("a"));
    await api.services.store.flush();
    const events = await api.send(
      "GET",
      "/keymoor/v1/audit-events?action=connection.dependants&resource_name=a",
    );
    expect(events.json.data[0]).toMatchObject({ outcome: "done", resource_kind: "connection" });
  });
});
