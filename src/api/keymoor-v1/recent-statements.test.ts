import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ApiFixture,
  basicOf,
  keymoorV1,
  openApi,
  type PrincipalName,
  publicUrl,
  sqlV1,
} from "../../../test/fixtures/services.ts";

describe("recent statements", () => {
  let api: ApiFixture;
  beforeAll(async () => {
    api = await openApi();
  });
  afterAll(() => api.close());

  const run = (name: string, statement: string, by: PrincipalName) =>
    api.send("POST", `${sqlV1}/statements`, { name, spec: { statement } }, { authorization: basicOf(by) });
  const names = (data: readonly { name: string }[]) => data.map(({ name }) => name);

  it("are the caller's own, newest first, page by page, as the server keeps them", async () => {
    await run("z", "SHOW CONNECTIONS", "organizationAdmin");
    api.advance(1000);
    await run("a", "ALTER CONNECTION IF EXISTS none SET ('api-key' = 'sk-secret')", "organizationAdmin");
    await run("m", "SHOW CONNECTIONS", "flinkAdmin");
    const first = await api.send("GET", `${keymoorV1}/statements?page_size=1`);
    expect(first.json.data).toMatchObject([
      { name: "a", spec: { statement: "ALTER CONNECTION IF EXISTS none SET ('api-key' = '******')" } },
    ]);
    const second = await api.send("GET", first.json.metadata.next.replace(publicUrl, ""));
    expect([names(second.json.data), second.json.metadata.next]).toEqual([["z"], ""]);
  });
});
